import type { TokenUsage } from '#shared/models/chat-model.ts'
import { compilePlan } from '../definition/compile-plan.ts'
import { parseDefinition } from '../definition/parse-definition.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import type { FlowServices, HistoryStore } from '../engine/flow-services.ts'
import { NodeError } from '../engine/node-error.ts'
import type { NodeCompleted, RunEvent } from '../engine/run-events.ts'
import { runFlow } from '../engine/run-flow.ts'
import { NodeRefusedError } from '../errors.ts'
import { toSpacedJson } from '../templates/render-template.ts'

/** The id of no run: nothing is kept of a node that was tried alone. */
const NO_RUN = '0'
const SECOND_MS = 1_000
/** A node that is tried alone has no conversation. */
const NO_HISTORIES: HistoryStore = { remember: async () => undefined, recall: async () => [] }
const COST_DIGITS = 3

/** What became of one node, in the wire's form. */
export interface NodeDebugResult {
  node_id: string
  alias_name: string
  node_type: string
  /** JSON texts. */
  input: string
  output: string
  raw_output: string
  /** Seconds. */
  node_exec_cost: string
  token_cost: { completion_tokens: number; prompt_tokens: number; total_tokens: number }
}

/**
 * Executes one node alone: with the literal values of its inputs, once, without retries or a way around its failure, and with no trace left of
 * it. Throws FlowProtocolError for a node that cannot be compiled, NodeRefusedError with the node's own code when it fails.
 */
export const debugNode = async (
  services: FlowServices,
  input: { node: Record<string, unknown>; appId: string; sid: string; signal: AbortSignal },
): Promise<NodeDebugResult> => {
  const nodeId = String(input.node.id)
  const plan = compilePlan(parseDefinition(aloneBehindStart(input.node)))
  const events: RunEvent[] = []
  await runFlow({
    runId: NO_RUN,
    plan,
    start: {
      type: 'run-started',
      flowId: '',
      version: '',
      mode: 'debug',
      sid: input.sid,
      appId: input.appId,
      uid: '',
      chatId: '',
      parameters: {},
      history: [],
    },
    past: [],
    services: { ...services, histories: NO_HISTORIES },
    sink: { emit: (event) => events.push(event), durable: () => Promise.resolve() },
    signal: input.signal,
  })
  const completed = events.find((event) => event.type === 'node-completed' && event.nodeId === nodeId)
  if (completed?.type !== 'node-completed') throw refusal(events, nodeId)
  const node = plan.nodes[plan.indexById.get(nodeId) ?? plan.start]
  return toResult({ nodeId, alias: node?.alias ?? '', type: node?.type ?? '' }, completed)
}

/** The node as a flow: behind a start node that asks for nothing, unless it is one itself. Its error handling is left out. */
const aloneBehindStart = (node: Record<string, unknown>) => {
  const isStart = String(node.id).startsWith('node-start:')
  const data = { ...(node.data as object), retryConfig: null }
  const alone = { ...node, data }
  const start = {
    id: 'node-start::before',
    data: { nodeMeta: { nodeType: 'start', aliasName: 'start' }, inputs: [], outputs: [], nodeParam: {} },
  }
  const edge = { sourceNodeId: start.id, targetNodeId: node.id }
  return { data: isStart ? { nodes: [alone], edges: [] } : { nodes: [start, alone], edges: [edge] } }
}

const refusal = (events: readonly RunEvent[], nodeId: string): NodeRefusedError => {
  const failed = events.find((event) => event.type === 'node-failed' || event.type === 'run-failed')
  if (failed?.type === 'node-failed' || failed?.type === 'run-failed') return new NodeRefusedError(failed)
  const { wireCode: code, message } = new NodeError(wireCodes.NODE_DEBUG_FAILED, `node ${nodeId} waits for an answer`)
  return new NodeRefusedError({ code, message })
}

const toResult = (node: { nodeId: string; alias: string; type: string }, event: NodeCompleted): NodeDebugResult => ({
  node_id: node.nodeId,
  alias_name: node.alias,
  node_type: node.type,
  input: toSpacedJson(event.inputs),
  raw_output: event.rawOutput ?? '',
  output: toSpacedJson(event.outputs),
  node_exec_cost: (event.executedMs / SECOND_MS).toFixed(COST_DIGITS),
  token_cost: toCost(event.usage),
})

const toCost = (usage: TokenUsage | undefined) => ({
  completion_tokens: usage?.completionTokens ?? 0,
  prompt_tokens: usage?.promptTokens ?? 0,
  total_tokens: usage?.totalTokens ?? 0,
})
