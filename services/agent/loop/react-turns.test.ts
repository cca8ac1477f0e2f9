import { expect, test } from 'bun:test'
import { aTurn } from '../test/a-turn.ts'
import { finish, payTool, runLoop, scripted, text, textOf } from '../test/run-loop.ts'
import type { TurnEvent } from './turn-events.ts'

const turn = aTurn({ tools: [payTool], calling: 'react' })
/** Words of a model, one by one; it goes on where it was interrupted. */
const writer = () =>
  scripted(({ messages, continueFrom = '' }) => {
    const said = messages.some(({ content }) => content.startsWith('Observation: paid'))
    const whole = said
      ? 'Thought: done\nFinal Answer: It is paid.'
      : 'Thought: I pay.\nAction: pay\nAction Input: {"n": 1}\nObservation: invented'
    const rest = whole.slice(continueFrom.length)
    return [...(rest.match(/[\s\S]{1,3}/g) ?? []).map(text), finish()]
  })

const run = (past: TurnEvent[], made: string[]) =>
  runLoop({
    model: writer().model,
    turn,
    past,
    runTool: async (_, input, { idempotencyKey }) => {
      made.push(`${idempotencyKey} ${JSON.stringify(input)}`)
      return { text: 'paid', failed: false }
    },
  })

test('an interruption after any event of a turn in text ends in the same answer, with no finished call made again', async () => {
  const whole = await run([], [])
  expect(textOf(whole.events)).toBe(' It is paid.')
  for (let cut = 0; cut <= whole.events.length; cut++) {
    const past = whole.events.slice(0, cut)
    const made: string[] = []
    const { events } = await run(past, made)
    const all = [...past, ...events]
    expect(textOf(all)).toBe(' It is paid.')
    expect(all.filter(({ type }) => type === 'tool-call')).toHaveLength(1)
    const wasMade = past.some(({ type }) => type === 'tool-result')
    expect(made).toEqual(wasMade ? [] : ['1:0:0 {"n":1}'])
  }
})

test('what the user must not see is kept, and what was invented is not', async () => {
  const { events } = await run([], [])
  const hidden = events.map((event) => (event.type === 'model-delta' ? (event.hidden ?? '') : '')).join('')
  expect(hidden).toStartWith('Thought: I pay.\nAction: pay\nAction Input: {"n": 1}')
  expect(hidden).not.toContain('invented')
  expect(events.find((event) => event.type === 'model-answered')).toMatchObject({
    thought: 'I pay.',
    calls: [{ name: 'pay', arguments: '{"n":1}' }],
    // The stream was left before its usage came.
    usage: { promptTokens: expect.any(Number), completionTokens: expect.any(Number) },
  })
})
