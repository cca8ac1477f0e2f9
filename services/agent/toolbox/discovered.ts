import { WireError } from '../errors.ts'
import type { PinnedTool, ToolKind } from '../loop/pinned-tool.ts'

/** What the sources of one kind offer, in the order asked for. */
export interface Discovered {
  tools: PinnedTool[]
  problems: SourceProblem[]
}

/** A source that could not be asked. */
export interface SourceProblem {
  kind: Exclude<ToolKind, 'builtin' | 'memory'>
  /** As the agent's configuration names it. */
  name: string
  reason: string
}

/** Whose question it is. */
export interface Asking {
  appId: string
  sid: string
  signal: AbortSignal
}

/** The wire's code and words for a source of a kind that cannot be asked. */
const WIRE_FAILURES = {
  link: [40023, 'Failed to get link tool protocol'],
  knowledge: [40025, 'Failed to query knowledge base'],
  mcp: [40026, 'Failed to list MCP tools'],
  workflow: [40028, 'Failed to call workflow tool'],
} as const satisfies Record<SourceProblem['kind'], readonly [number, string]>

export const toWireError = ({ kind, name, reason }: SourceProblem): WireError => {
  const [code, words] = WIRE_FAILURES[kind]
  return new WireError(code, `${words}: ${name}: ${reason}`)
}

const KIND_WORDS = { link: 'tool', knowledge: 'knowledge base', mcp: 'tool server', workflow: 'flow' } as const

/** The sentence by which the model learns of a source that is not there. Its reason is for people. */
export const toNotice = ({ kind, name }: SourceProblem): string =>
  `The ${KIND_WORDS[kind]} "${name}" cannot be reached.`
