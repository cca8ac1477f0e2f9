import { t } from 'elysia'
import { FILES_PER_MESSAGE_MAX } from '../files/file-limits.ts'
import { FileId } from '../files/file-schemas.ts'
import { Which } from './agent-schemas.ts'

const CONTENT_CHARS_MAX = 1_000_000
const MESSAGES_MAX = 1_000

/** Files of a message: uploaded ones by their ids, or their contents as data: URLs. */
export const MessageFilesBody = t.Array(
  t.Union([
    t.Object({ id: FileId }),
    t.Object({
      url: t.String({ maxLength: 30_000_000, description: 'data:<media type>;base64,<content>' }),
      name: t.Optional(t.String({ maxLength: 255 })),
    }),
  ]),
  { maxItems: FILES_PER_MESSAGE_MAX, description: 'Uploaded files by their ids, or their contents as data: URLs.' },
)

export const AskAgentBody = t.Object(
  {
    uid: t.String({ maxLength: 64, default: '', description: 'The user, in the words of the app.' }),
    messages: t.Array(
      t.Object({
        role: t.Union([t.Literal('user'), t.Literal('assistant')]),
        content: t.String({ maxLength: CONTENT_CHARS_MAX }),
        files: t.Optional(MessageFilesBody),
      }),
      {
        minItems: 1,
        maxItems: MESSAGES_MAX,
        description: 'A conversation that the caller keeps; the question comes last.',
      },
    ),
    version: t.Optional(Which),
    stream: t.Boolean({ default: false, description: 'True: server-sent events; false: the answer when it is whole.' }),
  },
  { examples: [{ messages: [{ role: 'user', content: 'What is 12 * 7?' }] }] },
)

export const AgentAnswer = t.Object(
  {
    runId: t.String(),
    answer: t.Nullable(
      t.Object({
        content: t.String(),
        reasoning: t.String(),
        calls: t.Array(t.Object({ name: t.String(), arguments: t.String(), result: t.String(), failed: t.Boolean() })),
        citations: t.Array(t.Any()),
        usage: t.Any(),
        failure: t.Nullable(t.Object({ code: t.Integer(), message: t.String() })),
      }),
      { description: 'Null while a person must allow a call first: follow GET /api/turns/{runId}.' },
    ),
  },
  {
    examples: [
      {
        runId: '7402139581063168',
        answer: {
          content: '12 * 7 = 84',
          reasoning: '',
          calls: [{ name: 'calculator', arguments: '{"expression":"12 * 7"}', result: '12 * 7 = 84', failed: false }],
          citations: [],
          usage: { promptTokens: 12, completionTokens: 5, totalTokens: 17 },
          failure: null,
        },
      },
    ],
  },
)
