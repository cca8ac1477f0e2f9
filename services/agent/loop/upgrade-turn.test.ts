import { expect, test } from 'bun:test'
import { upgradeTurnStarted } from './upgrade-turn.ts'

const model = { name: 'm', parameters: {} }

test('a turn that an older version began keeps its tools, its rounds and what its owner asked', () => {
  const upgraded = upgradeTurnStarted({
    type: 'started',
    sid: 's',
    appId: 'a',
    botId: 'b',
    uid: '',
    caller: '',
    startedAt: '2026-01-01T00:00:00.000Z',
    messages: [{ role: 'user', content: 'hi' }],
    planModel: model,
    answerModel: model,
    instruction: 'Be brief.',
    toolIds: ['calculator', 'no-longer-there'],
    roundsMax: 3,
  })
  expect(upgraded.tools.map(({ reference }) => reference)).toEqual([{ kind: 'builtin', toolId: 'calculator' }])
  expect(upgraded.limits.roundsMax).toBe(3)
  expect(upgraded.instructions).toEqual({ reasoning: 'Be brief.', answer: 'Be brief.' })
  expect(upgraded).not.toHaveProperty('toolIds')
  expect(upgradeTurnStarted(upgraded)).toBe(upgraded)
})
