import { compilePlan } from '../../services/workflow/definition/compile-plan.ts'
import { parseDefinition } from '../../services/workflow/definition/parse-definition.ts'
import type { Plan } from '../../services/workflow/definition/plan.ts'
import {
  type EdgeParts,
  end,
  type FlowJson,
  flow,
  joiner,
  ref,
  start,
} from '../../services/workflow/test/build-flow.ts'

const START = 'node-start::s'
const END = 'node-end::e'
const joinerId = (name: string) => `text-joiner::${name}`
/** What a node says to the next one. */
const outputOf = (nodeId: string) => ref(nodeId, nodeId === START ? 'q' : 'output')

/** start, text joiners one after the other, end: `nodes` in all. */
export const chain = (nodes: number): FlowJson => {
  const names = Array.from({ length: nodes - 2 }, (_, index) => `n${index}`)
  const ids = [START, ...names.map(joinerId)]
  const last = ids.at(-1) ?? START
  return flow(
    [
      start(),
      ...names.map((name, index) => joiner(name, { x: outputOf(ids[index] ?? START) }, '{{x}}')),
      end({ x: outputOf(last) }, '{{x}}'),
    ],
    [...names.map((name, index): EdgeParts => [ids[index] ?? START, joinerId(name)]), [last, END]],
  )
}

/** start, `count` times a fork into two text joiners that a third one joins, end: 3 * count + 2 nodes and 2^count paths. */
export const diamonds = (count: number): FlowJson => {
  const nodes = [start()]
  const edges: EdgeParts[] = []
  let last = START
  for (let index = 0; index < count; index += 1) {
    const [left, right, both] = [`left${index}`, `right${index}`, `both${index}`]
    nodes.push(
      joiner(left, { x: outputOf(last) }, '{{x}}'),
      joiner(right, { x: outputOf(last) }, '{{x}}'),
      joiner(both, { x: outputOf(joinerId(left)), y: outputOf(joinerId(right)) }, '{{x}}'),
    )
    for (const side of [left, right]) edges.push([last, joinerId(side)], [joinerId(side), joinerId(both)])
    last = joinerId(both)
  }
  nodes.push(end({ x: outputOf(last) }, '{{x}}'))
  edges.push([last, END])
  return flow(nodes, edges)
}

/** As the service compiles what it loads, with its own kinds of nodes. */
export const toPlan = (json: FlowJson): Plan => compilePlan(parseDefinition(json))
