import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import { IDEMPOTENCY_HEADER, toIdempotencyHeader } from '#shared/http/idempotency-header.ts'
import { readLines } from '#shared/http/read-lines.ts'
import { sendPatiently } from '#shared/http/send-patiently.ts'
import type { AgentFrame, AgentSource } from '../engine/flow-services.ts'
import { AgentCallError } from '../errors.ts'

const DATA_PREFIX = 'data:'
const DONE = '[DONE]'

const text = Type.Optional(Type.Union([Type.String(), Type.Null()]))
const called = Type.Object({ name: Type.String(), arguments: Type.String(), response: Type.String() })
const delta = Type.Object({
  content: text,
  reasoning_content: text,
  tool_calls: Type.Optional(Type.Union([Type.Array(Type.Object({ function: called })), Type.Null()])),
})
const usage = Type.Object({
  prompt_tokens: Type.Integer(),
  completion_tokens: Type.Integer(),
  total_tokens: Type.Integer(),
})
const frameSchema = Type.Object({
  code: Type.Integer(),
  message: Type.String(),
  choices: Type.Array(Type.Object({ delta })),
  usage: Type.Optional(Type.Union([usage, Type.Null()])),
})
const refusalSchema = Type.Object({ code: Type.Integer(), message: Type.String() })

/**
 * Asks the agent service's custom route through the gateway's internal socket.
 * @param appId whose tools may be used: the app that owns the flow, because its author chose them
 */
export const createAgentClient = (gatewayPath: string, appId: string): AgentSource => ({
  async *chat({ body, idempotencyKey, signal }) {
    const request: BunFetchRequestInit = {
      unix: gatewayPath,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [CALLER_HEADER]: 'app',
        [APP_HEADER]: appId,
        [IDEMPOTENCY_HEADER]: toIdempotencyHeader(idempotencyKey),
      },
      body: JSON.stringify(body),
      signal,
    }
    // With its key it is the same turn however often it is asked for.
    const ask = () => fetch('http://gateway/agent/v1/custom/chat/completions', request)
    const response = await sendPatiently(ask, signal).catch((error: unknown) => {
      if (signal.aborted) throw signal.reason
      throw new AgentCallError(error instanceof Error ? error.message : String(error), error)
    })
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
      throw await toRefusal(response)
    }
    for await (const line of readLines(response.body, () => new AgentCallError('a frame is too long'))) {
      if (!line.startsWith(DATA_PREFIX)) continue
      const data = line.slice(DATA_PREFIX.length).trim()
      if (data === DONE) return
      yield parseFrame(data)
    }
    throw new AgentCallError('the answer ended in its middle')
  },
})

const toRefusal = async (response: Response): Promise<AgentCallError> => {
  const body: unknown = await response.json().catch(() => undefined)
  if (Value.Check(refusalSchema, body)) return new AgentCallError(`${body.code} ${body.message}`)
  return new AgentCallError(`HTTP status ${response.status} instead of a stream`)
}

const parseFrame = (data: string): AgentFrame => {
  let frame: unknown
  try {
    frame = JSON.parse(data)
  } catch (error) {
    throw new AgentCallError('a frame is no JSON', error)
  }
  if (Value.Check(frameSchema, frame)) return frame
  throw new AgentCallError('a frame has an unknown shape')
}
