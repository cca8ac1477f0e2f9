import { branchesOnFailure, declaredHandles } from './declared-handles.ts'
import type { Finding } from './finding.ts'
import type { LintGraph } from './lint-graph.ts'

/** Branches that lead nowhere, and edges that no branch takes. */
export const lintBranches = ({ graph }: LintGraph, node: number): Finding[] => {
  const definition = graph.nodes[node] as LintGraph['graph']['nodes'][number]
  const edges = graph.edges[node] ?? []
  const handles = declaredHandles(definition)
  const declared = new Set(handles.map(({ handle }) => handle))
  const nodeId = definition.id
  const findings: Finding[] = []
  // A node that asks for a text has no options in use, whatever its list says.
  if (edges.some((edge) => declared.has(edge.handle)) || definition.data.nodeParam?.answerType !== 'direct') {
    for (const { handle, field } of handles) {
      if (edges.some((edge) => edge.handle === handle)) continue
      findings.push({ nodeId, field, ...branchWithoutEdge(handle) })
    }
  }
  for (const edge of edges) {
    if (declared.size === 0 || edge.onFailure || declared.has(edge.handle)) continue
    findings.push({ nodeId, field: '', ...handleUnknown(edge.handle) })
  }
  const hasExceptionEdge = edges.some((edge) => edge.onFailure)
  if (branchesOnFailure(definition) !== hasExceptionEdge) {
    findings.push({ nodeId, field: 'retryConfig', ...(hasExceptionEdge ? exceptionEdgeUnused : exceptionWithoutEdge) })
  }
  return findings
}

type Found = Omit<Finding, 'nodeId' | 'field'>

const branchWithoutEdge = (handle: string): Found => ({
  severity: 'warning',
  code: 'BRANCH_WITHOUT_EDGE',
  message: `The branch ${handle} leads nowhere: a run that takes it stops there.`,
  remedy: 'Connect the branch to a node, or remove it.',
})

const handleUnknown = (handle: string): Found => ({
  severity: 'warning',
  code: 'HANDLE_UNKNOWN',
  message: `An edge leaves by "${handle}", which is no branch of this node: it is never taken.`,
  remedy: 'Connect the edge to one of the branches, or remove it.',
})

const exceptionWithoutEdge: Found = {
  severity: 'warning',
  code: 'EXCEPTION_WITHOUT_EDGE',
  message: 'Failures of this node are to take the exception branch, and there is no edge for it.',
  remedy: 'Connect the exception branch, or choose another way to handle errors.',
}

const exceptionEdgeUnused: Found = {
  severity: 'warning',
  code: 'EXCEPTION_EDGE_UNUSED',
  message: 'An edge waits for failures of this node, and its error handling does not take it.',
  remedy: 'Choose the exception branch as the way to handle errors, or remove the edge.',
}
