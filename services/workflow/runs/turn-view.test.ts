import { expect, test } from 'bun:test'
import type { RunHeader } from '#shared/journal/journal.ts'
import { toTurnView } from './turn-view.ts'

const header: RunHeader = {
  id: '1',
  kind: 'agent',
  appId: 'a',
  subjectId: 'bot',
  subjectVersion: '',
  state: 'completed',
  sequence: 4,
  attempts: 0,
  failure: undefined,
  cancelRequested: false,
  createdAt: new Date(0),
  finishedAt: new Date(1),
}
const usage = { promptTokens: 3, completionTokens: 2, totalTokens: 5 }

test('a turn shows what was said over all its rounds, and its usage', () => {
  const view = toTurnView(header, [
    { type: 'model-delta', round: 0, content: 'Let me see. ', reasoning: 'hm' },
    { type: 'model-delta', round: 1, content: '408', reasoning: '' },
    { type: 'finished', code: 0, message: 'success', usage },
  ])
  expect(view).toMatchObject({ kind: 'agent', subjectId: 'bot', state: 'completed', usage, error: null })
  expect(view.result).toEqual({ content: 'Let me see. 408', reasoning: 'hm' })
})

test('a turn that failed shows the code of its end', () => {
  const view = toTurnView(header, [{ type: 'finished', code: 40_003, message: 'the model is away', usage }])
  expect(view.error).toEqual({ code: 40_003, message: 'the model is away' })
})
