import { t } from 'elysia'

const Usage = t.Object({ promptTokens: t.Integer(), completionTokens: t.Integer(), totalTokens: t.Integer() })
const RunState = t.UnionEnum(['ready', 'running', 'waiting', 'failed', 'completed', 'cancelled'])

const approval = {
  callId: t.String(),
  name: t.String({ description: 'The tool.' }),
  arguments: t.String({ description: 'JSON text, as the model wrote it.' }),
  argumentsHash: t.String({
    description: 'Of name and arguments. A decision names it, and counts for this very call.',
  }),
  expiresAt: t.String({ description: 'From then on the call counts as refused.' }),
}
const approvalExample = {
  callId: '0.0',
  name: 'send_mail',
  arguments: '{"to":"ann@example.org","subject":"Hello"}',
  argumentsHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  expiresAt: '2026-01-03T03:04:05.678Z',
}

export const Turn = t.Object(
  {
    id: t.String({ description: 'The id of its run.' }),
    state: RunState,
    appId: t.String(),
    botId: t.String({ description: 'Empty for an agent that its request described.' }),
    conversationId: t.Nullable(t.String()),
    createdAt: t.String(),
    finishedAt: t.Nullable(t.String()),
    answer: t.Object({ content: t.String(), reasoning: t.String() }),
    calls: t.Array(
      t.Object({
        callId: t.String(),
        name: t.String(),
        kind: t.Nullable(t.String()),
        arguments: t.String(),
        state: t.UnionEnum(['open', 'waiting', 'running', 'done'], {
          description: '`waiting`: for a person. `open`: not begun.',
        }),
        result: t.Nullable(t.Object({ text: t.String(), failed: t.Boolean() })),
      }),
    ),
    approvals: t.Array(t.Object(approval), { description: 'What waits for a person.' }),
    citations: t.Array(
      t.Object({
        number: t.Integer(),
        docId: t.String(),
        chunkId: t.String(),
        title: t.String(),
        score: t.Optional(t.Number()),
        cited: t.Boolean({ description: 'True when the answer names it.' }),
        documentName: t.Optional(t.String()),
        page: t.Optional(t.Integer({ description: 'First page of the passage, from 1.' })),
        pageEnd: t.Optional(t.Integer()),
      }),
    ),
    limit: t.Nullable(t.String({ description: 'The limit that ended the use of tools.' })),
    usage: Usage,
    error: t.Nullable(t.Object({ code: t.Integer(), message: t.String() })),
  },
  {
    examples: [
      {
        id: '7393258312345678849',
        state: 'waiting',
        appId: 'starter',
        botId: 'starter',
        conversationId: null,
        createdAt: '2026-01-02T03:04:05.678Z',
        finishedAt: null,
        answer: { content: '', reasoning: '' },
        calls: [
          {
            callId: '0.0',
            name: 'send_mail',
            kind: 'link',
            arguments: approvalExample.arguments,
            state: 'waiting',
            result: null,
          },
        ],
        approvals: [approvalExample],
        citations: [],
        limit: null,
        usage: { promptTokens: 120, completionTokens: 20, totalTokens: 140 },
        error: null,
      },
    ],
  },
)

export const ApprovalPage = t.Object(
  {
    approvals: t.Array(t.Object({ turnId: t.String(), appId: t.String(), botId: t.String(), ...approval })),
    /** Pass it as `beforeId` to get the next page; null on the last one. */
    nextBeforeId: t.Nullable(t.String()),
  },
  {
    examples: [
      {
        approvals: [{ turnId: '7393258312345678849', appId: 'starter', botId: 'starter', ...approvalExample }],
        nextBeforeId: null,
      },
    ],
  },
)

/** Turns of one page at most. */
export const TURNS_PER_PAGE_MAX = 100

export const ApprovalQuery = t.Object({
  beforeId: t.Optional(t.String({ pattern: '^\\d{1,19}$', examples: ['7393258312345678849'] })),
  limit: t.Integer({ minimum: 1, maximum: TURNS_PER_PAGE_MAX, default: 50 }),
})

const REASON_CHARS_MAX = 2_000

export const DecisionBody = t.Object(
  {
    callId: t.String(),
    argumentsHash: t.String(),
    approve: t.Boolean(),
    reason: t.Optional(t.String({ maxLength: REASON_CHARS_MAX, description: 'Told to the model on a refusal.' })),
  },
  {
    examples: [{ callId: '0.0', argumentsHash: approvalExample.argumentsHash, approve: true }],
  },
)

export const TurnParams = t.Object({ id: t.String({ pattern: '^\\d{1,19}$', examples: ['7393258312345678849'] }) })
