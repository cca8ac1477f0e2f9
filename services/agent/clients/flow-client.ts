import { IDEMPOTENCY_HEADER, toIdempotencyHeader } from '#shared/http/idempotency-header.ts'
import type { TokenUsage } from '#shared/models/chat-model.ts'
import { SourceError } from '../errors.ts'
import { isFields } from '../wire/read-fields.ts'
import { type GatewayClient, type GatewayRequest, toSourceError } from './gateway-client.ts'
import { readFlowFrames } from './read-flow-frames.ts'

/** Milliseconds. A run that takes longer goes on without the turn that called it. */
const LIMITS = { protocolMsMax: 20_000, runMsMax: 600_000 }
/** The workflow wire's limit for a caller's name. */
const UID_CHARS_MAX = 40

export interface FlowDescription {
  name: string
  description: string
  nodes: readonly unknown[]
}

export interface FlowCall {
  appId: string
  uid: string
  flowId: string
  /** '' for the published one. */
  version: string
  input: Record<string, unknown>
  idempotencyKey: string
  signal: AbortSignal
  /** Told what the flow shows while it runs. */
  onText?(text: { content: string; reasoning: string }): void
}

/** What a run of a flow came to. */
export interface FlowAnswer {
  content: string
  reasoning: string
  /** 0 for success; otherwise `message` says why it failed. */
  code: number
  message: string
  /** What it asks before it can go on; undefined when it ended. */
  question: string | undefined
  /** Of its models. Absent where the wire tells none. */
  usage?: TokenUsage
  /** '' where the wire names none. */
  runId: string
}

/** Published flows as agents use them. Every method throws SourceError, or the reason of its signal. */
export interface FlowClient {
  describe(flowId: string, asked: { appId: string; signal: AbortSignal }): Promise<FlowDescription>
  run(call: FlowCall): Promise<FlowAnswer>
}

export const createFlowClient = (gateway: GatewayClient, limits = LIMITS): FlowClient => ({
  async describe(flowId, { appId, signal }) {
    const answer = await gateway.ask({
      method: 'POST',
      path: '/sparkflow/v1/protocol/get',
      appId,
      body: { flow_id: flowId },
      msMax: limits.protocolMsMax,
      isRepeatable: true,
      signal,
    })
    const flow = isFields(answer) && isFields(answer.data) ? answer.data : undefined
    if (!flow) throw new SourceError('refused', isFields(answer) ? `${answer.code} ${answer.message}` : 'no answer')
    return { name: textOf(flow.name), description: textOf(flow.description), nodes: nodesOf(flow) }
  },

  async run(call) {
    const request = toRequest(call, limits.runMsMax)
    const { body, runId } = await gateway.open(request)
    try {
      return { ...(await readAnswer(body, call)), runId }
    } catch (error) {
      throw toSourceError(error, request)
    }
  },
})

const toRequest = (
  { appId, uid, flowId, version, input, idempotencyKey, signal }: FlowCall,
  msMax: number,
): GatewayRequest => ({
  method: 'POST',
  path: '/workflow/v1/chat/completions',
  appId,
  headers: { [IDEMPOTENCY_HEADER]: toIdempotencyHeader(idempotencyKey) },
  body: {
    messages: [],
    model: '',
    stream: true,
    flow_id: flowId,
    uid: uid.slice(0, UID_CHARS_MAX),
    parameters: input,
    extra_body: { bot_id: 'workflow', caller: 'agent' },
    ...(version !== '' && { version }),
  },
  msMax,
  signal,
})

const readAnswer = async (body: ReadableStream<Uint8Array>, call: FlowCall): Promise<Omit<FlowAnswer, 'runId'>> => {
  let content = ''
  let reasoning = ''
  for await (const frame of readFlowFrames(body)) {
    content += frame.content
    reasoning += frame.reasoning
    if (frame.content !== '' || frame.reasoning !== '') call.onText?.(frame)
    if (!frame.last) continue
    const { code, message, question, usage } = frame
    return { content, reasoning, code, message, question, ...(usage && { usage }) }
  }
  throw new Error('unreachable: the frames end with a last one, or throw')
}

/** The definition lies two `data` deep in the original's answers. */
const nodesOf = (flow: Readonly<Record<string, unknown>>): unknown[] => {
  const outer = isFields(flow.data) ? flow.data : {}
  const inner = isFields(outer.data) ? outer.data : outer
  return Array.isArray(inner.nodes) ? inner.nodes : []
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
