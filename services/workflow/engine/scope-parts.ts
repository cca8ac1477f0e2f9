import type { TokenUsage } from '#shared/models/chat-model.ts'
import type { Plan } from '../definition/plan.ts'
import type { WireResult } from '../definition/wire-codes.ts'
import type { FlowServices } from './flow-services.ts'
import type { ScopePast } from './fold-past.ts'
import type { VariablePool } from './resolve-inputs.ts'
import type { RunStarted } from './run-events.ts'
import type { RunLoop } from './run-loop.ts'
import type { RunWriter } from './run-writer.ts'

/** What a scope is made of: the flow itself, or one round of a container node. */
export interface ScopeParts {
  loop: RunLoop
  plan: Plan
  path: string
  past: ScopePast | undefined
  /** Way out for events; sub-flows have one of their own. */
  writer: RunWriter
  outer: VariablePool | undefined
  run: RunStarted
  services: FlowServices
  parameters: Readonly<Record<string, unknown>>
  onEnd(end: ScopeEnd): void
}

export interface ScopeEnd {
  outputs: Readonly<Record<string, unknown>>
  endedBy: readonly string[]
  usage: TokenUsage
  failure: WireResult | undefined
}
