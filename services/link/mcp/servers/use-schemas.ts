import { t } from 'elysia'
import { TIMEOUT_MS_MAX } from './server-schemas.ts'

const Json = t.Record(t.String(), t.Unknown())
const NAME_CHARACTERS_MAX = 512
const URI_CHARACTERS_MAX = 4_096

export const TestedServer = t.Object({
  ok: t.Boolean({ description: 'False when it could not be used; `code`, `message` and `remedy` then say why.' }),
  durationMs: t.Integer({ examples: [84] }),
  code: t.Optional(t.String({ examples: ['MCP_CONNECT_FAILED'] })),
  message: t.Optional(t.String()),
  remedy: t.Optional(t.String()),
  transport: t.Optional(t.String({ examples: ['streamable-http'] })),
  protocolVersion: t.Optional(t.String({ examples: ['2025-11-25'] })),
  server: t.Optional(Json),
  instructions: t.Optional(t.String()),
  capabilities: t.Optional(Json),
  toolCount: t.Optional(t.Integer({ examples: [12] })),
})

export const ToolList = t.Object({
  tools: t.Array(
    t.Object({
      name: t.String({ examples: ['forecast'] }),
      title: t.Optional(t.String()),
      description: t.Optional(t.String()),
      inputSchema: t.Record(t.String(), t.Unknown(), { examples: [{ type: 'object', properties: {} }] }),
      outputSchema: t.Optional(Json),
      annotations: t.Optional(Json),
      fault: t.Optional(t.String({ description: 'What is wrong with the tool as the server declares it.' })),
    }),
  ),
})

export const CallTool = t.Object(
  {
    name: t.String({ minLength: 1, maxLength: NAME_CHARACTERS_MAX, examples: ['forecast'] }),
    arguments: t.Optional(t.Record(t.String(), t.Unknown(), { examples: [{ place: 'Oslo' }] })),
    timeoutMs: t.Optional(
      t.Integer({ minimum: 1, maximum: TIMEOUT_MS_MAX, description: "Instead of the server's own limit." }),
    ),
  },
  { additionalProperties: false, examples: [{ name: 'forecast', arguments: { place: 'Oslo' } }] },
)

export const CalledTool = t.Object({
  content: t.Array(Json, {
    description: 'Texts, images, audio, resources and links, as the server sent them.',
    examples: [[{ type: 'text', text: 'Rain.' }]],
  }),
  structuredContent: t.Optional(Json),
  isError: t.Boolean({ description: 'The tool failed; the content says how.' }),
  structureFault: t.Optional(t.String()),
})

export const ResourceList = t.Object({ resources: t.Array(Json), resourceTemplates: t.Array(Json) })
export const ReadResource = t.Object(
  { uri: t.String({ minLength: 1, maxLength: URI_CHARACTERS_MAX, examples: ['file:///notes.md'] }) },
  { additionalProperties: false, examples: [{ uri: 'file:///notes.md' }] },
)
export const ResourceContents = t.Object({ contents: t.Array(Json) })

export const PromptList = t.Object({ prompts: t.Array(Json) })
export const GetPrompt = t.Object(
  {
    name: t.String({ minLength: 1, maxLength: NAME_CHARACTERS_MAX, examples: ['summarise'] }),
    arguments: t.Optional(t.Record(t.String(), t.String())),
  },
  { additionalProperties: false, examples: [{ name: 'summarise', arguments: { topic: 'tides' } }] },
)
export const Prompt = t.Object({ description: t.Optional(t.String()), messages: t.Array(Json) })
