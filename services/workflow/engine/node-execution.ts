import type { TokenUsage } from '#shared/models/chat-model.ts'
import type { Plan } from '../definition/plan.ts'
import type { WireResult } from '../definition/wire-codes.ts'
import type { TemplatePart } from '../templates/template.ts'
import type { FlowServices } from './flow-services.ts'
import type { RunStarted } from './run-events.ts'

/** What a node does, made once per plan by its kind. The engine knows these three roles and no kind. */
export type NodeBehaviour = TaskBehaviour | OutputBehaviour | ContainerBehaviour

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
  /** True when it may ask the run's caller something: texts of later nodes then wait for it. */
  readonly asks?: boolean
  /** True for a node whose end is the result of its scope. */
  readonly ends?: boolean
  /** Synchronous results are used without a turn of the event loop. */
  execute(execution: NodeExecution): NodeResult | NodeWait | Promise<NodeResult | NodeWait>
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
  /** True for a node whose end is the result of its scope. */
  readonly ends?: boolean
  /** @param shown the whole rendered text, for nodes that do not stream ('' for those that do) */
  finish(inputs: Record<string, unknown>, shown: { content: string; reasoning: string }): NodeResult
}

/** A node that runs other nodes, in rounds: items of an iteration, turns of a loop, a sub-flow. Each round has variables of its own. */
export interface ContainerBehaviour {
  readonly role: 'container'
  readonly branches: false
  /** Outputs whose tokens output nodes may show while its rounds still work. */
  readonly streams: { readonly text?: string; readonly reasoning?: string }
  readonly timeout: { readonly limits: 'whole' | 'gap'; readonly result: WireResult }
  readonly failure: WireResult
  /** Id of the node at which its body starts; the compiler makes a plan of what can be reached from there. Undefined when bodies come from elsewhere. */
  readonly bodyStart: string | undefined
  open(execution: ContainerExecution): ContainerRun | Promise<ContainerRun>
}

export interface ContainerExecution {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly run: RunStarted
  readonly services: FlowServices
  readonly signal: AbortSignal
  /** The compiled body, where there is one in the flow. */
  readonly body: Plan | undefined
  /** What an earlier execution of this node in this run pinned. */
  readonly pinned: Readonly<Record<string, unknown>> | undefined
  /** Remembers a decision for all later executions of this node in this run. Plain JSON. */
  pin(pin: Record<string, unknown>): void
}

/**
 * The rounds of one container node, as a machine that the engine drives: after `open` and after each `ended` it asks for the result, and
 * without one begins what `next` gives. Decides by its inputs and by how rounds ended only, so that an interrupted run repeats the same way.
 */
export interface ContainerRun {
  /** Rounds to begin now. Each is given once. */
  next(): readonly Round[]
  ended(key: string, end: RoundEnd): void
  /** Undefined while rounds are to come. Throws NodeError to fail the node; rounds that are still open are given up. */
  result(): NodeResult | undefined
}

export interface Round {
  /** Letters, digits, hyphens. Unique among the rounds of one execution. */
  readonly key: string
  readonly plan: Plan
  /** What its start node gives out, by name. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Set for a flow of another definition: its nodes are not shown to the run's caller. */
  readonly subFlow?: {
    readonly run: RunStarted
    readonly services: FlowServices
    /** Whether its texts become tokens of the container as they are shown. */
    readonly streams: boolean
  }
}

export type RoundEnd = {
  /** What the end nodes that ran show, together. */
  readonly outputs: Readonly<Record<string, unknown>>
  /** Ids of these end nodes, in the order in which they ended. */
  readonly endedBy: readonly string[]
  readonly usage: TokenUsage
  readonly failure: WireResult | undefined
  /** All text that the output nodes of a sub-flow showed. */
  readonly shown: { readonly content: string; readonly reasoning: string }
}

/** A node that cannot go on yet. It is executed again when the wait ended, with one reply more. */
export interface NodeWait {
  readonly wait: {
    /** What the run's caller is asked, in the wire's shape of `event_data.value`. Absent: only time ends the wait. */
    readonly question?: { readonly value: Record<string, unknown>; readonly needReply: boolean }
    /** Unix milliseconds at which the wait ends by itself. */
    readonly wakeAt?: number
    /** Comes back with the reply. Plain JSON. */
    readonly memory?: unknown
  }
}

/** How one wait of a node ended. */
export interface NodeReply {
  readonly kind: 'resume' | 'ignore' | 'abort' | 'timeout'
  readonly content: string
  /** What the wait that it ends was given. */
  readonly memory: unknown
}

export interface NodeExecution {
  readonly inputs: Readonly<Record<string, unknown>>
  /** What a start node gives out: the request's parameters, or the round's. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Whether the node that an input refers to has run (false when it was skipped); true for literals. */
  isPresent(input: string): boolean
  /** How its waits ended so far, oldest first. */
  readonly replies: readonly NodeReply[]
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
  /** Set by the engine on containers: what their rounds used. */
  innerUsage?: TokenUsage
  /** Set by the engine: the sub-flow whose texts were the node's tokens. */
  streamedFrom?: string
  handle?: string
}
