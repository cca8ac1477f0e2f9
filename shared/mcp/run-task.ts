import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js'
import { type CallToolRequest, CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'

/** How long a server is to keep the result of a task, milliseconds. */
const TASK_KEPT_MS = 10 * 60_000

/** Calls a tool that runs as a task (MCP 2025-11-25, "Tasks"): starts it, asks until it is done, and fetches the result. */
export const runTask = async (
  client: Client,
  params: CallToolRequest['params'],
  options: RequestOptions,
): Promise<unknown> => {
  const task = { ttl: TASK_KEPT_MS }
  const messages = client.experimental.tasks.callToolStream(params, CallToolResultSchema, { ...options, task })
  for await (const message of messages) {
    if (message.type === 'result') return message.result
    if (message.type === 'error') throw message.error
  }
  throw new Error('the task ended without a result')
}
