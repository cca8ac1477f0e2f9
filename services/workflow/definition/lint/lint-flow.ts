import { buildGraph, START_TYPE, typeOfNode } from '../build-graph.ts'
import { FlowProtocolError } from '../flow-protocol-error.ts'
import { parseDefinition } from '../parse-definition.ts'
import { FINDINGS_MAX, type Finding } from './finding.ts'
import { lintBodies } from './lint-bodies.ts'
import { lintBranches } from './lint-branches.ts'
import { buildLintGraph, type LintGraph } from './lint-graph.ts'
import { lintMerges } from './lint-merges.ts'
import { lintReferences } from './lint-references.ts'
import { lintTemplates } from './lint-templates.ts'

const END_TYPE = 'node-end'
/** Notes on the canvas; nothing leads to them. */
const NOTE_TYPE = 'remark'

/**
 * Looks at a flow for what compiles and will not work, errors first. What does not compile is a finding too.
 * @param check throws FlowProtocolError when the protocol cannot be compiled
 */
export const lintFlow = (protocol: unknown, check: (protocol: Record<string, unknown>) => void): Finding[] => {
  try {
    check(protocol as Record<string, unknown>)
    const flow = buildLintGraph(buildGraph(parseDefinition(protocol)))
    const findings = [...lintReach(flow), ...lintNodes(flow), ...lintMerges(flow)]
    return findings.sort((a, b) => a.severity.localeCompare(b.severity)).slice(0, FINDINGS_MAX)
  } catch (error) {
    if (!(error instanceof FlowProtocolError)) throw error
    return [invalid(error)]
  }
}

const lintNodes = (flow: LintGraph): Finding[] => {
  const findings: Finding[] = []
  for (const [node, definition] of flow.graph.nodes.entries()) {
    if (!flow.reachable.has(node)) continue
    findings.push(...lintReferences(flow, node), ...lintBranches(flow, node), ...lintTemplates(definition))
    findings.push(...lintBodies(flow, node))
    if (findings.length > FINDINGS_MAX) break
  }
  return findings
}

const lintReach = ({ graph, reachable }: LintGraph): Finding[] => {
  const findings: Finding[] = []
  const isEnd = (node: number) => typeOfNode(graph.nodes[node]?.id ?? '') === END_TYPE
  if (![...reachable].some(isEnd)) findings.push(endMissing)
  for (const [node, { id }] of graph.nodes.entries()) {
    if (reachable.has(node) || typeOfNode(id) === NOTE_TYPE) continue
    findings.push(unreachable(id, typeOfNode(id) === START_TYPE))
  }
  return findings
}

const endMissing: Finding = {
  severity: 'error',
  nodeId: null,
  field: '',
  code: 'END_MISSING',
  message: 'No path leads from the start to an end node.',
  remedy: 'Add an end node and connect what comes last to it.',
}

const unreachable = (nodeId: string, isStart: boolean): Finding => ({
  severity: 'warning',
  nodeId,
  field: '',
  code: 'NODE_UNREACHABLE',
  message: isStart ? 'It is a second start node, and never runs.' : 'No path leads from the start to this node.',
  remedy: isStart ? 'Remove it.' : 'Connect the node, or remove it.',
})

const invalid = (error: FlowProtocolError): Finding => ({
  severity: 'error',
  nodeId: /\bnode (\S+::[A-Za-z0-9-]+)/.exec(error.detail)?.[1] ?? null,
  field: '',
  code: 'PROTOCOL_INVALID',
  message: error.detail,
  remedy: 'Correct what the message names; a flow that does not compile cannot run.',
})
