import { t } from 'elysia'

export const RunState = t.UnionEnum(['ready', 'running', 'waiting', 'failed', 'completed', 'cancelled'])
const Usage = t.Object({ promptTokens: t.Integer(), completionTokens: t.Integer(), totalTokens: t.Integer() })
const Failure = t.Object({ code: t.Integer(), message: t.String() })

const summary = {
  id: t.String(),
  kind: t.String(),
  subjectId: t.String({ description: 'What runs: the flow, bot or document, by the kind of the run.' }),
  appId: t.String(),
  state: RunState,
  createdAt: t.String(),
  finishedAt: t.Nullable(t.String()),
}
const summaryExample = {
  id: '7393258312345678849',
  kind: 'workflow',
  subjectId: '101',
  appId: 'starter',
  state: 'completed',
  createdAt: '2026-01-02T03:04:05.678Z',
  finishedAt: '2026-01-02T03:04:05.690Z',
}

export const RunPage = t.Object(
  {
    runs: t.Array(t.Object(summary)),
    /** Pass it as `beforeId` to get the next page; null on the last one. */
    nextBeforeId: t.Nullable(t.String()),
  },
  { examples: [{ runs: [summaryExample], nextBeforeId: null }] },
)

export const Run = t.Object(
  {
    ...summary,
    version: t.String(),
    mode: t.String(),
    uid: t.String(),
    parameters: t.Record(t.String(), t.Unknown()),
    result: t.Object({ content: t.String(), reasoning: t.String() }),
    error: t.Nullable(Failure),
    usage: Usage,
    nodes: t.Array(
      t.Object({
        nodeId: t.String(),
        kind: t.String(),
        state: t.UnionEnum(['running', 'completed', 'failed', 'cancelled']),
        executedMs: t.Number(),
        usage: t.Optional(Usage),
        error: t.Optional(Failure),
      }),
    ),
    waits: t.Array(
      t.Object({
        eventId: t.String({ description: 'Answer it with `POST /api/runs/{id}/resume`.' }),
        nodeId: t.String(),
        question: t.Nullable(t.Record(t.String(), t.Unknown())),
        wakeAt: t.Nullable(t.String()),
      }),
    ),
    progress: t.Optional(
      t.Object(
        {
          pagesRead: t.Integer(),
          pageCount: t.Integer(),
          failedPages: t.Integer(),
          pagesPerSecond: t.Nullable(t.Number()),
          secondsLeft: t.Nullable(t.Integer()),
        },
        { description: 'Of a document that is read. Pace and time left are null until they can be told.' },
      ),
    ),
  },
  {
    examples: [
      {
        ...summaryExample,
        version: 'v1.0',
        mode: 'release',
        uid: 'u1',
        parameters: { AGENT_USER_INPUT: 'Hello' },
        result: { content: 'You said: Hello', reasoning: '' },
        error: null,
        usage: { promptTokens: 0, completionTokens: 0, totalTokens: 0 },
        nodes: [{ nodeId: 'node-start::start', kind: 'node-start', state: 'completed', executedMs: 0.1 }],
        waits: [],
      },
    ],
  },
)

/** Runs of one page at most. */
export const RUNS_PER_PAGE_MAX = 200

export const RunQuery = t.Object({
  beforeId: t.Optional(t.String({ pattern: '^\\d{1,19}$', examples: ['7393258312345678849'] })),
  kind: t.Optional(t.String({ maxLength: 40, examples: ['workflow'] })),
  limit: t.Integer({ minimum: 1, maximum: RUNS_PER_PAGE_MAX, default: 50 }),
})

export const RunParams = t.Object({ id: t.String({ pattern: '^\\d{1,19}$', examples: ['7393258312345678849'] }) })
