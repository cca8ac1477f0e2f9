import { t } from 'elysia'

const Values = t.Record(t.String(), t.Unknown())

export const RunTrace = t.Object(
  {
    spans: t.Array(
      t.Object({
        id: t.String(),
        parentId: t.Nullable(t.String()),
        kind: t.UnionEnum(['run', 'engine', 'node', 'wait']),
        name: t.String(),
        scope: t.String({ description: 'The round of an iteration, a loop or a sub-flow; empty in the flow itself.' }),
        state: t.UnionEnum(['running', 'completed', 'failed']),
        startMs: t.Number({ description: 'Since the start of the run.' }),
        durationMs: t.Number(),
        queuedMs: t.Number({ description: 'How long a node that could have begun did not.' }),
        usage: t.Optional(
          t.Object({ promptTokens: t.Integer(), completionTokens: t.Integer(), totalTokens: t.Integer() }),
        ),
        error: t.Optional(t.Object({ code: t.Integer(), message: t.String() })),
      }),
    ),
  },
  {
    examples: [
      {
        spans: [
          {
            id: 'run',
            parentId: null,
            kind: 'run',
            name: '101',
            scope: '',
            state: 'completed',
            startMs: 0,
            durationMs: 0.4,
            queuedMs: 0,
          },
          {
            id: 'node-start::start',
            parentId: 'run',
            kind: 'node',
            name: 'node-start::start',
            scope: '',
            state: 'completed',
            startMs: 0.1,
            durationMs: 0.05,
            queuedMs: 0.1,
          },
        ],
      },
    ],
  },
)

export const RunVariables = t.Object(
  {
    nodes: t.Array(
      t.Object({
        nodeId: t.String(),
        scope: t.String({ description: 'The round of an iteration, a loop or a sub-flow; empty in the flow itself.' }),
        inputs: Values,
        outputs: Values,
        errorOutputs: Values,
        variables: t.Record(t.String(), t.Unknown(), { description: 'What later nodes read of it.' }),
        branch: t.Nullable(t.String()),
      }),
    ),
  },
  {
    examples: [
      {
        nodes: [
          {
            nodeId: 'node-start::start',
            scope: '',
            inputs: { AGENT_USER_INPUT: 'Hello' },
            outputs: {},
            errorOutputs: {},
            variables: { AGENT_USER_INPUT: 'Hello' },
            branch: null,
          },
        ],
      },
    ],
  },
)
