import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

const SERVERS_MAX = 100
const TEXT_CHARACTERS_MAX = 4_096
const SCHEMA_CHARACTERS_MAX = 1024 * 1024

const Text = Type.String({ maxLength: TEXT_CHARACTERS_MAX })
const Absent = Type.Union([Text, Type.Null()])
const Texts = Type.Union([Type.Array(Text, { maxItems: SERVERS_MAX }), Type.Null()])

export const ListRequest = Type.Object(
  { mcp_server_ids: Type.Optional(Texts), mcp_server_urls: Type.Optional(Texts) },
  { examples: [{ mcp_server_ids: ['mcp@search1a2b'], mcp_server_urls: [] }] },
)
export type ListRequest = Static<typeof ListRequest>

export const CallRequest = Type.Object(
  {
    mcp_server_id: Type.Optional(Absent),
    mcp_server_url: Type.Optional(Absent),
    tool_name: Text,
    tool_args: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  },
  { examples: [{ mcp_server_id: 'mcp@search1a2b', tool_name: 'forecast', tool_args: { place: 'Oslo' } }] },
)
export type CallRequest = Static<typeof CallRequest>

const Given = Type.String({ minLength: 1, maxLength: TEXT_CHARACTERS_MAX })

export const RegisterRequest = Type.Object(
  {
    app_id: Given,
    name: Given,
    description: Given,
    type: Given,
    mcp_schema: Type.Optional(Type.String({ maxLength: SCHEMA_CHARACTERS_MAX })),
    mcp_server_url: Type.Optional(Text),
    flow_id: Type.Optional(Text),
  },
  {
    examples: [
      {
        app_id: '680ab54f',
        name: 'Search',
        description: 'Finds pages.',
        type: 'search',
        mcp_server_url: 'https://h/sse',
      },
    ],
  },
)
export type RegisterRequest = Static<typeof RegisterRequest>

/** One entry of the framework's list of what is wrong with a body, as clients of the original know it. */
export interface BodyProblem {
  type: string
  loc: string[]
  msg: string
  input?: unknown
}

export type ReadBody<Body> = { body: Body } | { problems: BodyProblem[] }

/** Reads a JSON body and checks it. */
export const readBody = async <Schema extends TSchema>(
  request: Request,
  schema: Schema,
): Promise<ReadBody<Static<Schema>>> => {
  const text = await request.text()
  const missing = { problems: [{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }] }
  if (text.trim() === '') return missing
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { problems: [{ type: 'json_invalid', loc: ['body', '0'], msg: 'JSON decode error', input: {} }] }
  }
  if (Value.Check(schema, value)) return { body: value as Static<Schema> }
  const problems = new Map<string, BodyProblem>()
  for (const { path, message, value: input } of Value.Errors(schema, value)) {
    const problem = {
      type: 'value_error',
      loc: ['body', ...path.split('/').slice(1)],
      msg: message,
      input: input ?? null,
    }
    if (!problems.has(path)) problems.set(path, problem)
  }
  return { problems: [...problems.values()] }
}
