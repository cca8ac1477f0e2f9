import { t } from 'elysia'
import { ROUNDS_MAX, TURN_MS_MAX } from '../loop/turn-limits.ts'
import { DEFAULT_TOOL_VERSION } from '../turns/plugins.ts'

/** Schemas of the parts of an agent's settings; a body leaves out what keeps its default. */
const ID = { minLength: 1, maxLength: 256 }
const TEXT_CHARS_MAX = 100_000
/** Tools, searches, models and questions of one agent. */
const ENTRIES_MAX = 64
const TOKENS_MAX = 1_000_000

export const Instruction = t.String({ maxLength: TEXT_CHARS_MAX, description: 'What is asked of the agent.' })
export const ModelName = t.String({ minLength: 1, maxLength: 200, description: 'Name of a saved model.' })

const BuiltIn = t.Object({ kind: t.Literal('builtin'), id: t.String(ID) }, { title: 'Built-in tool' })
const Link = t.Object(
  {
    kind: t.Literal('link'),
    toolId: t.String(ID),
    version: t.Optional(t.String({ ...ID, description: `${DEFAULT_TOOL_VERSION} where it is left out.` })),
    operationId: t.Optional(t.Nullable(t.String(ID), { description: 'One operation; null: all of the tool.' })),
  },
  { title: 'Tool of the link service' },
)
const Mcp = t.Object(
  {
    kind: t.Literal('mcp'),
    serverId: t.Optional(t.String({ maxLength: 256, description: 'Id of a registered server.' })),
    url: t.Optional(t.String({ maxLength: 2048, description: 'Address of a server that is not registered.' })),
    names: t.Optional(
      t.Nullable(t.Array(t.String(ID), { maxItems: ENTRIES_MAX }), {
        description: 'Names of the tools that may be used; null: all of them.',
      }),
    ),
  },
  { title: 'Tools of an MCP server' },
)
const Flow = t.Object({ kind: t.Literal('flow'), flowId: t.String(ID) }, { title: 'Published flow' })
const Knowledge = t.Object(
  {
    kind: t.Literal('knowledge'),
    name: t.Optional(t.String({ minLength: 1, maxLength: 128 })),
    description: t.Optional(t.String({ maxLength: 1024 })),
    bases: t.Array(t.String(ID), { maxItems: ENTRIES_MAX }),
    documents: t.Optional(t.Array(t.String(ID), { maxItems: ENTRIES_MAX })),
    topK: t.Optional(t.Integer({ minimum: 1, maximum: 5, description: 'Passages; 3 where it is left out.' })),
    threshold: t.Optional(t.Number({ minimum: 0, maximum: 1, description: 'Least score; 0.3 where it is left out.' })),
    mode: t.Optional(
      t.Union([t.Literal('always'), t.Literal('tool')], {
        description:
          '`always`: searched with the question before each turn; `tool`: searched by the model. The first where it is left out.',
      }),
    ),
    ragType: t.Optional(t.String({ maxLength: 64 })),
  },
  { title: 'Knowledge bases' },
)

export const Tool = t.Union([BuiltIn, Link, Mcp, Flow, Knowledge])
export const Tools = t.Array(Tool, { maxItems: ENTRIES_MAX })
/** A bare text names a built-in tool. */
export const ToolsOrIds = t.Array(t.Union([t.String(ID), ...Tool.anyOf]), { maxItems: ENTRIES_MAX })

export const Calling = t.Union([t.Literal('auto'), t.Literal('native'), t.Literal('react')], {
  description: "How tools are offered: by the provider's function calling, by text, or what the model can.",
})

export const Approval = t.Union(
  [
    t.Union([t.Literal('never'), t.Literal('effects'), t.Literal('always')]),
    t.Array(t.String(ID), { maxItems: ENTRIES_MAX, description: 'Names of the tools that need it.' }),
  ],
  { description: 'Which calls a person must allow first.' },
)

export const Limits = t.Object({
  roundsMax: t.Optional(t.Integer({ minimum: 0, maximum: ROUNDS_MAX, description: 'Rounds with tools.' })),
  msMax: t.Optional(t.Integer({ minimum: 1_000, maximum: TURN_MS_MAX, description: 'Milliseconds.' })),
  tokensMax: t.Optional(t.Integer({ minimum: 1, maximum: TOKENS_MAX * 100 })),
  approvalMsMax: t.Optional(
    t.Integer({
      minimum: 1_000,
      maximum: 30 * 86_400_000,
      description: 'Milliseconds that a call waits for a person.',
    }),
  ),
  costMax: t.Optional(t.Number({ minimum: 0, description: "In the currency of the models' prices." })),
})

const Conversation = t.Union(
  [
    t.Object({ mode: t.Literal('window'), messages: t.Optional(t.Integer({ minimum: 1, maximum: 1_000 })) }),
    t.Object({ mode: t.Literal('budget'), tokens: t.Optional(t.Integer({ minimum: 1, maximum: TOKENS_MAX })) }),
    t.Object({
      mode: t.Literal('summary'),
      messages: t.Optional(
        t.Integer({ minimum: 1, maximum: 1_000, description: 'Last messages that stay as they are.' }),
      ),
      model: t.Optional(
        t.Nullable(t.String({ minLength: 1, maxLength: 200 }), {
          description: "Who writes the summary; null: the agent's own model.",
        }),
      ),
    }),
  ],
  { description: 'What of a conversation a turn reads again.' },
)

export const Memory = t.Object({
  conversation: Conversation,
  longTerm: t.Object(
    {
      enabled: t.Optional(t.Boolean()),
      tokensMax: t.Optional(t.Integer({ minimum: 1, maximum: 20_000, description: 'Tokens of facts in a prompt.' })),
    },
    { description: 'Facts about a user that the agent notes by tools and reads in later conversations.' },
  ),
})

export const Opening = t.Object(
  {
    text: t.Optional(t.String({ maxLength: TEXT_CHARS_MAX })),
    questions: t.Optional(t.Array(t.String({ minLength: 1, maxLength: 1_000 }), { maxItems: ENTRIES_MAX })),
  },
  { description: 'What a user sees before the first question.' },
)

export const Temperature = t.Number({ minimum: 0, maximum: 2 })
export const MaxTokens = t.Integer({
  minimum: 0,
  maximum: TOKENS_MAX,
  description: 'Tokens of one answer; 0: as many as the model gives.',
})
export const FallbackModels = t.Array(ModelName, {
  maxItems: 8,
  description: 'Saved models that are asked, one after another, when the model cannot answer.',
})
