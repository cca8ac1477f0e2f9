import type { Static, TSchema } from '@sinclair/typebox'
import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import type { OutputDeclaration } from '../definition/plan.ts'
import { createValueReader } from '../definition/read-value.ts'
import type { NodeBehaviour } from '../engine/node-execution.ts'

/** What a kind knows of the node it builds a behaviour for. */
export interface NodeSource {
  readonly id: string
  readonly inputs: readonly { readonly name: string; readonly id: string }[]
  readonly inputNames: ReadonlySet<string>
  readonly outputs: readonly OutputDeclaration[]
  /** `retryConfig.timeout` or its default, also where error handling is off, ms. */
  readonly timeoutMs: number
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
}): NodeKind => {
  const read = createValueReader(kind.parameters, { defaults: true })
  return {
    type: kind.type,
    handlesErrors: kind.handlesErrors,
    build(node, parameters) {
      const result = read(parameters)
      if ('fault' in result) throw new FlowProtocolError(`node ${node.id}, nodeParam ${result.fault}`)
      return kind.build(node, result.value)
    },
  }
}
