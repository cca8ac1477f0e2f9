import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import {
  type ClientCapabilities,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import type { JsonSchemaValidator, jsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js'
import type { McpHandlers } from './mcp-session.ts'

const CLIENT = { name: 'orrery', title: 'Orrery', version: '1' }

/** A client that declares exactly what the handlers answer. */
export const createClient = (handlers: McpHandlers): Client => {
  const capabilities: ClientCapabilities = {
    ...(handlers.elicit && { elicitation: { form: { applyDefaults: true }, url: {} } }),
    ...(handlers.sample && { sampling: {} }),
    ...(handlers.roots && { roots: {} }),
  }
  const client = new Client(CLIENT, { capabilities, jsonSchemaValidator: acceptAll })
  const { elicit, sample, roots } = handlers
  if (elicit) client.setRequestHandler(ElicitRequestSchema, ({ params }, { signal }) => elicit(params, signal))
  if (sample) client.setRequestHandler(CreateMessageRequestSchema, ({ params }, { signal }) => sample(params, signal))
  if (roots) client.setRequestHandler(ListRootsRequestSchema, async () => ({ roots: await roots() }))
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => handlers.log?.(params))
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) =>
    handlers.resourceUpdated?.(params.uri),
  )
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => handlers.listChanged?.('tools'))
  client.setNotificationHandler(PromptListChangedNotificationSchema, () => handlers.listChanged?.('prompts'))
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => handlers.listChanged?.('resources'))
  return client
}

/** Results are checked by the session, with a reader of schemas that no schema can keep busy for ever. */
const acceptAll: jsonSchemaValidator = {
  getValidator:
    <T>(): JsonSchemaValidator<T> =>
    (value) => ({ valid: true, data: value as T, errorMessage: undefined }),
}
