import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { describeFault } from '../definition/describe-fault.ts'
import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import type { OutputDeclaration } from '../definition/plan.ts'
import type { NodeBehaviour } from '../engine/node-execution.ts'

/** What a kind knows of the node it builds a behaviour for. */
export interface NodeSource {
  readonly id: string
  readonly inputs: readonly { readonly name: string; readonly id: string }[]
  readonly inputNames: ReadonlySet<string>
  readonly outputs: readonly OutputDeclaration[]
}

/** A kind of node: how its parameters are read and what it does with them. */
export interface NodeKind {
  readonly type: string
  /** Whether `retryConfig` means anything on it. */
  readonly handlesErrors: boolean
  /** Throws FlowProtocolError when the parameters do not fit. */
  build(node: NodeSource, parameters: Record<string, unknown>): NodeBehaviour
}

/** Makes a kind from the schema of its parameters. Unknown parameters are ignored, defaults filled in. */
export const defineNodeKind = <Schema extends TSchema>(kind: {
  type: string
  handlesErrors: boolean
  parameters: Schema
  build: (node: NodeSource, parameters: Static<Schema>) => NodeBehaviour
}): NodeKind => ({
  type: kind.type,
  handlesErrors: kind.handlesErrors,
  build(node, parameters) {
    const value = Value.Default(kind.parameters, Value.Convert(kind.parameters, Value.Clone(parameters)))
    const fault = describeFault(kind.parameters, value)
    if (fault !== undefined) throw new FlowProtocolError(`node ${node.id}, nodeParam ${fault}`)
    return kind.build(node, value as Static<Schema>)
  },
})
