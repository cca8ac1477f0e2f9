import { typeOfNode } from '../build-graph.ts'
import type { NodeDefinition } from '../flow-definition.ts'
import type { Finding } from './finding.ts'
import type { LintGraph } from './lint-graph.ts'

/** What the bodies of a kind give to the node around them. */
interface BodyRules {
  /** Kinds that end a round; their inputs are its results. */
  readonly ends: ReadonlySet<string>
  /** Results that exist without any body. */
  readonly own: (container: NodeDefinition) => readonly string[]
}

const BODY_RULES: Readonly<Record<string, BodyRules>> = {
  iteration: { ends: new Set(['iteration-node-end']), own: () => [] },
  loop: {
    ends: new Set(['loop-node-end', 'loop-break']),
    own: ({ data }) => ['rounds', ...data.inputs.map(({ name }) => name)],
  },
}

type Found = Omit<Finding, 'nodeId'>

/** Bodies without an end, and what is read of a body that it never gives. */
export const lintBodies = (flow: LintGraph, node: number): Finding[] => {
  const container = flow.graph.nodes[node] as NodeDefinition
  const rules = BODY_RULES[typeOfNode(container.id)]
  if (!rules) return []
  const ends = endsOf(flow, node, rules)
  const results = new Set([...rules.own(container), ...ends.flatMap(({ data }) => data.inputs.map(({ name }) => name))])
  const findings: Found[] = ends.length === 0 ? [bodyEndMissing([...rules.ends])] : []
  for (const [at, { name }] of container.data.outputs.entries()) {
    if (!results.has(name)) findings.push(resultUnknown(`outputs.${at}`, name))
  }
  for (const [at, name] of breakVariables(container).entries()) {
    if (!results.has(name)) findings.push(conditionUnknown(`nodeParam.breakWhen.conditions.${at}.variable`, name))
  }
  return findings.map((found) => ({ nodeId: container.id, ...found }))
}

const endsOf = ({ graph, container }: LintGraph, node: number, rules: BodyRules): NodeDefinition[] =>
  graph.nodes.filter(({ id }, at) => container.get(at) === node && rules.ends.has(typeOfNode(id)))

/** The variables on which a loop's end depends. The flow compiles, so parameters have their shape. */
const breakVariables = ({ data }: NodeDefinition): string[] => {
  const { breakWhen } = (data.nodeParam ?? {}) as { breakWhen?: { conditions?: { variable: string }[] } }
  return breakWhen?.conditions?.map(({ variable }) => variable) ?? []
}

const bodyEndMissing = (ends: string[]): Found => ({
  severity: 'warning',
  field: '',
  code: 'BODY_END_MISSING',
  message: `No path in the body leads to its end (${ends.join(' or ')}): its rounds give nothing.`,
  remedy: 'Connect what comes last in the body to its end node.',
})

const resultUnknown = (field: string, name: string): Found => ({
  severity: 'warning',
  field,
  code: 'RESULT_UNKNOWN',
  message: `The output ${name} is nothing that the body gives: it is always empty.`,
  remedy: `Add an input named ${name} to the end node of the body, or remove the output.`,
})

const conditionUnknown = (field: string, name: string): Found => ({
  severity: 'warning',
  field,
  code: 'RESULT_UNKNOWN',
  message: `The condition looks at ${name}, which no round gives: what it compares is always empty.`,
  remedy: `Add an input named ${name} to the loop or to the end node of its body, or compare another variable.`,
})
