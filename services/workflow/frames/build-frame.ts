import type { TokenUsage } from '#shared/models/chat-model.ts'
import { findPlanNode, type Plan, type PlanNode } from '../definition/plan.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import type { NodeCompleted, NodeDelta, NodeFailed, NodeWaiting } from '../engine/run-events.ts'
import type { WireEvent, WireFrame, WireNode, WireUsage } from './wire-frame.ts'

/** Id of the pseudo node that stands for the whole flow. */
export const FLOW_NODE_ID = 'flow_obj'

/** Kinds whose end frames tell what the model said, word for word. */
const RAW_OUTPUT_KINDS: ReadonlySet<string> = new Set(['spark-llm', 'decision-making'])

const MS_PER_SECOND = 1000

export const NO_USAGE: WireUsage = { completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 }

export const toWireUsage = (usage: TokenUsage): WireUsage => ({
  completion_tokens: usage.completionTokens,
  prompt_tokens: usage.promptTokens,
  total_tokens: usage.totalTokens,
})

export const toSeconds = (milliseconds: number): number => Math.round(milliseconds) / MS_PER_SECOND

interface FrameParts {
  code?: number
  message?: string
  node?: WireNode
  progress: number
  content?: string
  reasoning?: string
  /** False on node end frames, whose choice has no index. */
  indexed?: boolean
  last?: boolean
  usage?: WireUsage
  /** What the run asks; the frame then interrupts the stream. */
  event?: WireEvent
}

/** A frame as the engine produces it (debug mode); `id` and `created` are filled by the projector. */
export const buildFrame = (sid: string, created: number, parts: FrameParts): WireFrame => ({
  code: parts.code ?? wireCodes.OK.code,
  message: parts.message ?? wireCodes.OK.message,
  id: sid,
  created,
  workflow_step: { ...(parts.node && { node: parts.node }), seq: 0, progress: parts.progress },
  choices: [
    {
      delta: { role: 'assistant', content: parts.content ?? '', reasoning_content: parts.reasoning ?? '' },
      ...(parts.indexed !== false && { index: 0 }),
      ...(parts.last && { finish_reason: 'stop' as const }),
      ...(parts.event && { finish_reason: 'interrupt' as const }),
    },
  ],
  ...(parts.usage && { usage: parts.usage }),
  ...(parts.event && { event_data: parts.event }),
})

export const flowNode = (executedMs: number): WireNode => ({
  id: FLOW_NODE_ID,
  alias_name: '',
  finish_reason: 'stop',
  inputs: {},
  outputs: {},
  error_outputs: {},
  executed_time: toSeconds(executedMs),
  usage: NO_USAGE,
})

export const startedNode = (node: PlanNode): WireNode => ({
  id: node.id,
  alias_name: node.alias,
  inputs: {},
  outputs: {},
  error_outputs: {},
  executed_time: 0,
})

export const showingNode = (node: PlanNode, event: NodeDelta): WireNode => ({
  id: node.id,
  alias_name: node.alias,
  inputs: {},
  outputs: {},
  error_outputs: {},
  ...(node.answerMode !== undefined && { ext: { answer_mode: node.answerMode } }),
  executed_time: toSeconds(event.executedMs),
})

export const completedNode = (node: PlanNode, event: NodeCompleted): WireNode => ({
  id: node.id,
  alias_name: node.alias,
  finish_reason: 'stop',
  inputs: event.inputs,
  outputs: event.outputs,
  error_outputs: event.errorOutputs,
  ext: event.rawOutput !== undefined && RAW_OUTPUT_KINDS.has(node.type) ? { raw_output: event.rawOutput } : {},
  executed_time: toSeconds(event.executedMs),
  ...(event.usage && { usage: toWireUsage(event.usage) }),
})

/** The node that asks. It may be one of a sub-flow, whose plan is not at hand. */
export const askingNode = (event: NodeWaiting): WireNode => ({
  id: event.nodeId,
  alias_name: event.alias,
  finish_reason: 'interrupt',
  inputs: {},
  outputs: {},
  error_outputs: {},
  executed_time: toSeconds(event.executedMs),
})

export const toWireEvent = (event: NodeWaiting, question: NonNullable<NodeWaiting['question']>): WireEvent => ({
  event_id: event.eventId,
  event_type: 'interrupt',
  need_reply: question.needReply,
  value: question.value,
})

export const failedNode = (node: PlanNode, event: NodeFailed): WireNode => ({
  id: node.id,
  alias_name: node.alias,
  finish_reason: 'stop',
  inputs: {},
  outputs: {},
  error_outputs: {},
  ext: {},
  executed_time: toSeconds(event.executedMs),
})

export const nodeOf = (plan: Plan, nodeId: string): PlanNode => {
  const node = findPlanNode(plan, nodeId)
  if (!node) throw new Error(`the run's plan has no node ${nodeId}`)
  return node
}
