import { FlowProtocolError, type ProtocolOperation } from '../definition/flow-protocol-error.ts'
import type { WireResult } from '../definition/wire-codes.ts'
import { compile } from './build-flow.ts'

/** Why a protocol cannot be compiled, as the wire tells it; undefined when it can. */
export const refusalOf = (protocol: unknown, operation: ProtocolOperation = 'add'): WireResult | undefined => {
  try {
    compile(protocol)
    return undefined
  } catch (error) {
    if (error instanceof FlowProtocolError) return error.wireResult(operation)
    throw error
  }
}
