import type { TokenUsage } from '#shared/models/chat-model.ts'

/**
 * Everything a flow run emits. These events are the journal of the run: checkpoint, stream replay and trace are projections of them, and
 * the wire's frames too (frames/). All are plain JSON.
 */
export type RunEvent =
  | RunStarted
  | NodeStarted
  | NodeDelta
  | ModelDelta
  | NodeCompleted
  | NodeFailed
  | NodeWaiting
  | NodeResumed
  | ScopePinned
  | RunCompleted
  | RunFailed
  | RunCancelled

/** What a run was asked for. Written once, as event 0, by whoever starts the run. */
export interface RunStarted {
  type: 'run-started'
  flowId: string
  version: string
  mode: 'release' | 'debug'
  sid: string
  appId: string
  uid: string
  chatId: string
  parameters: Record<string, unknown>
  history: { role: 'user' | 'assistant'; content: string; content_type?: string }[]
}

/** What all events of one node have. */
interface OfNode {
  nodeId: string
  /** Where the node is: absent in the flow itself, else the path of the round of an iteration, a loop or a sub-flow (scope-path.ts). */
  scope?: string
}

export interface NodeStarted extends OfNode {
  type: 'node-started'
}

/** A chunk that message and end nodes show. */
export interface NodeDelta extends OfNode {
  type: 'node-delta'
  content: string
  reasoning: string
  executedMs: number
}

/** A token of a producer (a model's answer), kept so that an interrupted answer goes on where it stopped. No frame of its own. */
export interface ModelDelta extends OfNode {
  type: 'model-delta'
  content: string
  reasoning: string
}

export interface NodeCompleted extends OfNode {
  type: 'node-completed'
  /** As the node's end frame shows them (see astron workflow spec: start reports inputs, message inputs, end outputs, …). */
  inputs: Record<string, unknown>
  outputs: Record<string, unknown>
  errorOutputs: Record<string, unknown>
  /** What later nodes read: declared outputs by name. Not shown in frames. */
  variables: Record<string, unknown>
  /** Last piece of text that the end frame carries ('' for most nodes). */
  content: string
  reasoning: string
  rawOutput?: string
  usage?: TokenUsage
  /** What the rounds of an iteration, a loop or a sub-flow used. */
  innerUsage?: TokenUsage
  /** Path of the sub-flow whose texts were the node's tokens. */
  streamedFrom?: string
  /** The branch that a branching node chose. */
  handle?: string
  /** True when the node failed and its exception branch (strategy 2) is taken. */
  failed?: boolean
  executedMs: number
}

export interface NodeFailed extends OfNode {
  type: 'node-failed'
  code: number
  message: string
  executedMs: number
}

/** A node waits: for an answer of the run's caller, for a moment, or for whichever comes first. */
export interface NodeWaiting extends OfNode {
  type: 'node-waiting'
  /** Names the wait, in every run of this installation: decimal text. */
  eventId: string
  alias: string
  /** What the caller is asked; absent when only time can end the wait. */
  question?: { value: Record<string, unknown>; needReply: boolean }
  /** Unix milliseconds at which the wait ends by itself. */
  wakeAt?: number
  /** What the node wants to know when it goes on. */
  memory?: unknown
  executedMs: number
}

/** A wait ended; the node is executed again, with this reply. */
export interface NodeResumed extends OfNode {
  type: 'node-resumed'
  eventId: string
  reply: { kind: 'resume' | 'ignore' | 'abort' | 'timeout'; content: string }
  /** `Idempotency-Key` of the request that answered: whoever repeats it means the same answer. */
  key?: string
  /** The request that answered, for the frames of the stream that it got. */
  asked?: { sid: string; mode: 'release' | 'debug' }
}

/** A node runs a flow of another definition: this version of it, whatever is published meanwhile. */
export interface ScopePinned extends OfNode {
  type: 'scope-pinned'
  /** Plain JSON that the node's kind understands. */
  pin: Record<string, unknown>
}

export interface RunCompleted {
  type: 'run-completed'
  usage: TokenUsage
  /** How long the worker that finished it has run it. */
  executedMs?: number
}

export interface RunFailed {
  type: 'run-failed'
  code: number
  message: string
}

/** Somebody asked for the run to end. The engine never emits it: whoever owns the run then does. */
export interface RunCancelled {
  type: 'run-cancelled'
  code: number
  message: string
}
