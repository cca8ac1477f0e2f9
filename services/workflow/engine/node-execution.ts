import type { TokenUsage } from '#shared/models/chat-model.ts'
import type { WireResult } from '../definition/wire-codes.ts'
import type { TemplatePart } from '../templates/template.ts'
import type { FlowServices } from './flow-services.ts'
import type { RunStarted } from './run-events.ts'

/** What a node does, made once per plan by its kind. The engine knows these two roles and no kind. */
export type NodeBehaviour = TaskBehaviour | OutputBehaviour

/** A node that computes something. */
export interface TaskBehaviour {
  readonly role: 'task'
  /** True when the result names the branch to take. */
  readonly branches: boolean
  /**
   * What a run buys by this node: nothing, a paid result (made durable before anything is built on it), or an effect outside (everything
   * before it is made durable first).
   */
  readonly effect: 'none' | 'paid' | 'external'
  /** Outputs whose tokens output nodes may show while the node still works. */
  readonly streams: { readonly text?: string; readonly reasoning?: string }
  /** `whole`: the timeout limits an attempt. `gap`: it limits the wait for the next token. */
  readonly timeout: { readonly limits: 'whole' | 'gap'; readonly result: WireResult }
  /** The code of an exception that the node did not expect. */
  readonly failure: WireResult
  /** Synchronous results are used without a turn of the event loop. */
  execute(execution: NodeExecution): NodeResult | Promise<NodeResult>
}

/** A node that shows text: its template is walked by the engine, in the order of the wire's streaming rules. */
export interface OutputBehaviour {
  readonly role: 'output'
  readonly reasoning: readonly TemplatePart[]
  readonly answer: readonly TemplatePart[]
  readonly streamed: boolean
  /** `ext.answer_mode` of its chunks, on nodes that have one. */
  readonly answerMode: number | undefined
  readonly failure: WireResult
  /** @param shown the whole rendered text, for nodes that do not stream ('' for those that do) */
  finish(inputs: Record<string, unknown>, shown: { content: string; reasoning: string }): NodeResult
}

export interface NodeExecution {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly run: RunStarted
  readonly services: FlowServices
  /** The same for every execution of this node in this run, also after a crash. */
  readonly idempotencyKey: string
  /** Tokens that an interrupted execution already delivered; the node must go on after them. */
  readonly delivered: { readonly text: string; readonly reasoning: string }
  readonly signal: AbortSignal
  /** Delivers a token at once to whoever shows it. */
  token(token: { text: string; reasoning: string }): void
}

export interface NodeResult {
  /** Declared outputs by name: checked and stored for later nodes. Undeclared ones are dropped. */
  variables: Record<string, unknown>
  /** For the end frame, where they differ from the node's inputs and stored outputs. */
  shownInputs?: Record<string, unknown>
  shownOutputs?: Record<string, unknown>
  content?: string
  reasoning?: string
  rawOutput?: string
  usage?: TokenUsage
  handle?: string
}
