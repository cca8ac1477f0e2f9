import { t } from 'elysia'
import { RunState } from './run-schemas.ts'

const Parameters = t.Record(t.String(), t.Unknown(), { description: 'Values of the start node’s outputs by name.' })
const Mocks = t.Record(t.String(), t.Record(t.String(), t.Unknown()), {
  default: {},
  description: 'Outputs by node id: these nodes are not executed, and later ones read the given outputs.',
})
const MockBranches = t.Record(t.String(), t.String(), {
  default: {},
  description: 'For mocked nodes that branch: the id of the branch that is taken.',
})
const HistoryMessage = t.Object({
  role: t.UnionEnum(['user', 'assistant']),
  content: t.String(),
  content_type: t.Optional(t.UnionEnum(['text', 'image', 'audio'])),
})

export const FLOW_ID_PATTERN = '^\\d{1,19}$'

export const CreateRun = t.Object(
  {
    flowId: t.String({ pattern: FLOW_ID_PATTERN }),
    version: t.String({ default: '', maxLength: 255, description: 'Empty: the newest published one, or the draft.' }),
    mode: t.UnionEnum(['release', 'debug'], { default: 'release' }),
    parameters: t.Optional(Parameters),
    uid: t.String({ default: '', maxLength: 40 }),
    chatId: t.String({ default: '', maxLength: 128 }),
    history: t.Array(HistoryMessage, { default: [] }),
    mocks: Mocks,
    mockBranches: MockBranches,
  },
  { examples: [{ flowId: '101', parameters: { AGENT_USER_INPUT: 'Hello' } }] },
)

export const ForkRun = t.Object(
  {
    fromNodeId: t.Optional(t.String({ description: 'Executed again, with all that follows it.' })),
    parameters: t.Optional(Parameters),
    mocks: Mocks,
    mockBranches: MockBranches,
  },
  { examples: [{ fromNodeId: 'spark-llm::answer' }] },
)

export const AcceptedRun = t.Object(
  { id: t.String(), state: RunState, flowId: t.String(), appId: t.String(), createdAt: t.String() },
  {
    examples: [
      {
        id: '7393258312345678849',
        state: 'ready',
        flowId: '101',
        appId: 'starter',
        createdAt: '2026-01-02T03:04:05.678Z',
      },
    ],
  },
)

export const RunCommandHeaders = t.Object({
  'idempotency-key': t.Optional(
    t.String({
      minLength: 1,
      maxLength: 255,
      description: 'The same key and body within a day name the same run, which is started once.',
    }),
  ),
})
