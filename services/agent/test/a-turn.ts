import type { TurnStarted } from '../loop/turn-events.ts'
import { DEFAULT_LIMITS } from '../loop/turn-limits.ts'

/** A turn with no tools, in which `fields` are what the test is about. */
export const aTurn = (fields: Partial<TurnStarted> = {}): TurnStarted => ({
  type: 'started',
  sid: 's',
  appId: 'a',
  botId: 'b',
  uid: '',
  caller: 'test',
  startedAt: '2026-01-01T00:00:00.000Z',
  instructions: { reasoning: '', answer: '' },
  messages: [{ role: 'user', content: 'What is 6 * 7?' }],
  planModel: { name: 'plan', parameters: {} },
  answerModel: { name: 'answer', parameters: {} },
  calling: 'native',
  tools: [],
  unavailable: [],
  onBrokenSource: 'fail',
  knowledge: { chunks: [], cite: false },
  limits: DEFAULT_LIMITS,
  approval: 'never',
  ...fields,
})
