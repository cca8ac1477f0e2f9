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

export interface NodeStarted {
  type: 'node-started'
  nodeId: string
}

/** A chunk that message and end nodes show. */
export interface NodeDelta {
  type: 'node-delta'
  nodeId: string
  content: string
  reasoning: string
  executedMs: number
}

/** A token of a producer (a model's answer), kept so that an interrupted answer goes on where it stopped. No frame of its own. */
export interface ModelDelta {
  type: 'model-delta'
  nodeId: string
  content: string
  reasoning: string
}

export interface NodeCompleted {
  type: 'node-completed'
  nodeId: string
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
  /** The branch that a branching node chose. */
  handle?: string
  /** True when the node failed and its exception branch (strategy 2) is taken. */
  failed?: boolean
  executedMs: number
}

export interface NodeFailed {
  type: 'node-failed'
  nodeId: string
  code: number
  message: string
  executedMs: number
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
