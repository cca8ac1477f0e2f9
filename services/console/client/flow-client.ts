import {
  type AnswerFrame,
  type AnswerStream,
  throwOnFailure,
  toAnswerStream,
  type WholeAnswer,
} from './answer-stream.ts'
import { type CallOptions, queryOf, type Transport } from './transport.ts'

export interface FlowSummary {
  /** Decimal text of a 63-bit number. */
  id: string
  appId: string
  name: string
  description: string
  published: boolean
  createdAt: string
  updatedAt: string
}

/** The flow language of the wire: `{id, name, description, version, data: {nodes, edges}}`. */
export type FlowDefinition = Record<string, unknown>

export interface FlowRunInput {
  /** Values of the start node's outputs; the question is `AGENT_USER_INPUT`. */
  parameters: Record<string, unknown>
  uid?: string
  chatId?: string
  history?: { role: 'user' | 'assistant'; content: string }[]
  /** A published version; the newest one when left out. */
  version?: string
}

export interface FlowFrame extends AnswerFrame {
  created?: number
  workflow_step?: { seq: number; progress: number; node?: Record<string, unknown> }
}

export interface FlowClient {
  /** Newest first. `nextBeforeId` is null on the last page. */
  list(
    page?: { beforeId?: string; limit?: number },
    options?: CallOptions,
  ): Promise<{ flows: FlowSummary[]; nextBeforeId: string | null }>
  /** Stores a flow and returns its id. */
  add(
    flow: { name: string; description?: string; definition: FlowDefinition },
    options?: CallOptions,
  ): Promise<{ flowId: string }>
  /** Makes a flow runnable for the app of this client. */
  publish(flowId: string, options?: CallOptions & { version?: string }): Promise<void>
  /** Runs a published flow and streams its frames. */
  stream(flowId: string, input: FlowRunInput, options?: CallOptions): Promise<AnswerStream<FlowFrame>>
  /** Runs a published flow to its end. */
  run(flowId: string, input: FlowRunInput, options?: CallOptions): Promise<WholeAnswer>
}

const CHAT_PATH = '/workflow/v1/chat/completions'

export const createFlowClient = (transport: Transport, appId: string | undefined): FlowClient => ({
  list: (page = {}, options = {}) => transport.json(`/api/flows${queryOf(page)}`, options),

  async add(flow, options = {}) {
    const body = {
      name: flow.name,
      description: flow.description ?? '',
      status: 0,
      ...(appId === undefined ? {} : { app_id: appId }),
      data: flow.definition,
    }
    const data = await transport.envelope<{ flow_id: string }>('/workflow/v1/protocol/add', { ...options, body })
    return { flowId: String(data.flow_id) }
  },

  async publish(flowId, options = {}) {
    const body = { flow_id: flowId, release_status: 1, plat: 0, version: options.version ?? '' }
    await transport.envelope('/v1/publish', { signal: options.signal, body })
  },

  async stream(flowId, input, options = {}) {
    const response = await transport.send(CHAT_PATH, { ...options, body: toChatBody(flowId, input, true) })
    // A refusal before the first frame comes as one JSON object.
    if (response.headers.get('content-type')?.startsWith('application/json'))
      throwOnFailure((await response.json()) as FlowFrame)
    return toAnswerStream<FlowFrame>(response, options.signal)
  },

  async run(flowId, input, options = {}) {
    const response = await transport.send(CHAT_PATH, { ...options, body: toChatBody(flowId, input, false) })
    const frame = (await response.json()) as FlowFrame
    throwOnFailure(frame)
    const delta = frame.choices?.[0]?.delta
    return {
      content: delta?.content ?? '',
      reasoning: delta?.reasoning_content ?? '',
      usage: frame.usage ?? undefined,
      runId: response.headers.get('x-orrery-run-id') ?? '',
    }
  },
})

const toChatBody = (flowId: string, input: FlowRunInput, stream: boolean) => ({
  flow_id: flowId,
  uid: input.uid ?? '',
  stream,
  parameters: input.parameters,
  ...(input.chatId === undefined ? {} : { chat_id: input.chatId }),
  ...(input.history === undefined ? {} : { history: input.history }),
  ...(input.version === undefined ? {} : { version: input.version }),
})
