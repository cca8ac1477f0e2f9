import type { EdgeDefinition, FlowDefinition, NodeDefinition } from './flow-definition.ts'
import { FlowProtocolError } from './flow-protocol-error.ts'
import { wireCodes } from './wire-codes.ts'

export const START_TYPE = 'node-start'
const FAILURE_HANDLE = 'fail_one_of'

/** A definition's nodes and edges by index, before anything is known about kinds. */
export interface FlowGraph {
  readonly nodes: readonly NodeDefinition[]
  readonly indexById: ReadonlyMap<string, number>
  readonly edges: readonly (readonly GraphEdge[])[]
  readonly start: number
}

export interface GraphEdge {
  readonly target: number
  readonly handle: string
  readonly onFailure: boolean
}

/** The node's kind: its id up to the first colon. */
export const typeOfNode = (id: string): string => id.slice(0, id.indexOf(':'))

/** Throws FlowProtocolError on a duplicate node id, an edge to a node that does not exist, or a missing start node. */
export const buildGraph = (definition: FlowDefinition): FlowGraph => {
  const { nodes, edges } = definition.data
  const indexById = new Map<string, number>()
  for (const [index, node] of nodes.entries()) {
    if (indexById.has(node.id)) throw buildFailure(`duplicate node id ${node.id}`)
    indexById.set(node.id, index)
  }
  const edgesByNode: GraphEdge[][] = nodes.map(() => [])
  for (const edge of edges) {
    const source = indexById.get(edge.sourceNodeId)
    const target = indexById.get(edge.targetNodeId)
    if (source === undefined) throw buildFailure(`an edge starts at the unknown node ${edge.sourceNodeId}`)
    if (target === undefined) throw buildFailure(`an edge leads to the unknown node ${edge.targetNodeId}`)
    edgesByNode[source]?.push({ target, ...readHandle(edge) })
  }
  const start = nodes.findIndex((node) => typeOfNode(node.id) === START_TYPE)
  if (start < 0) throw buildFailure('the flow has no start node')
  return { nodes, indexById, edges: edgesByNode, start }
}

const buildFailure = (detail: string) => new FlowProtocolError(detail, wireCodes.ENGINE_BUILD_FAILED)

/** `intent_chain|<handle>`; the prefix is optional. */
const readHandle = (edge: EdgeDefinition): { handle: string; onFailure: boolean } => {
  const text = edge.sourceHandle ?? ''
  const handle = text.slice(text.indexOf('|') + 1)
  return { handle, onFailure: handle.includes(FAILURE_HANDLE) }
}
