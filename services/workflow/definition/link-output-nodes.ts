import type { TemplatePart } from '../templates/template.ts'
import type { DraftNode, Plan, PlanNode, ShowPlan, ShowUnit } from './plan.ts'

interface Links {
  readers: number[]
  earlyReaders: number[]
  gateOf: number[]
  gates: number
  show: ShowPlan | undefined
}

/**
 * Tells each output node what it shows and when it may begin, by the wire's streaming order:
 * - it begins as soon as a node that it reads begins (not along a failure path), before its turn by edges;
 * - but not before every earlier node that shows text or decides branches is settled. The nearest of these on each path are enough, because they
 *   were settled after those before them.
 */
export const linkOutputNodes = (drafts: readonly DraftNode[]): PlanNode[] => {
  const links = drafts.map((): Links => ({ readers: [], earlyReaders: [], gateOf: [], gates: 0, show: undefined }))
  const sources = collectSources(drafts, () => true)
  const plainSources = collectSources(drafts, (onFailure) => !onFailure)
  for (const draft of drafts) {
    const own = links[draft.index]
    if (draft.behaviour.role !== 'output' || !own) continue
    const ancestors = reach(draft.index, sources, () => false)
    const plainAncestors = reach(draft.index, plainSources, () => false)
    for (const input of draft.inputs) {
      if (input.from !== 'node' || !ancestors.has(input.node)) continue
      addOnce(links[input.node]?.readers, draft.index)
      if (plainAncestors.has(input.node)) addOnce(links[input.node]?.earlyReaders, draft.index)
    }
    const isGate = (index: number) => settlesOrder(drafts[index])
    const gates = [...reach(draft.index, sources, isGate)].filter(isGate)
    own.gates = gates.length
    for (const gate of gates) links[gate]?.gateOf.push(draft.index)
    const unitsOf = (parts: readonly TemplatePart[]) =>
      parts.map((part) => toUnit(part, draft, (node) => (ancestors.has(node) ? drafts[node] : undefined)))
    own.show = {
      reasoning: unitsOf(draft.behaviour.reasoning),
      answer: unitsOf(draft.behaviour.answer),
      streamed: draft.behaviour.streamed,
    }
  }
  return drafts.map((draft) => ({ ...draft, ...(links[draft.index] as Links) }))
}

/** Nodes that an edge comes from, for each node. */
const collectSources = (drafts: readonly DraftNode[], include: (onFailure: boolean) => boolean): number[][] => {
  const sources: number[][] = drafts.map(() => [])
  for (const { index, edges } of drafts) {
    for (const edge of edges) if (include(edge.onFailure)) sources[edge.target]?.push(index)
  }
  return sources
}

/** Every node from which `from` can be reached; the walk does not go on behind nodes where it `stops`. */
const reach = (from: number, sources: readonly number[][], stops: (index: number) => boolean): Set<number> => {
  const found = new Set<number>()
  const open = [from]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const source of sources[node] ?? []) {
      if (found.has(source)) continue
      found.add(source)
      if (!stops(source)) open.push(source)
    }
  }
  return found
}

const settlesOrder = (node: DraftNode | undefined): boolean => {
  if (!node) return false
  const { behaviour } = node
  if (behaviour.role === 'output' || behaviour.branches || node.retry?.strategy === 'branch') return true
  return behaviour.role === 'task' ? behaviour.asks === true : showsInside(node.body)
}

/** A body with messages or questions is itself in the order of texts. */
const showsInside = (body: Plan | undefined): boolean =>
  body !== undefined &&
  [...body.nodes, ...body.inner.values()].some(
    (node) => node.show !== undefined || (node.behaviour.role === 'task' && node.behaviour.asks === true),
  )

const toUnit = (
  part: TemplatePart,
  reader: DraftNode,
  findAncestor: (node: number) => DraftNode | undefined,
): ShowUnit => {
  if ('text' in part) return part
  const binding = reader.inputs.find((input) => input.name === part.input)
  const source = binding?.from === 'node' ? findAncestor(binding.node) : undefined
  const unit = { input: part.input, steps: part.steps, source: source?.index, stream: undefined }
  if (binding?.from !== 'node' || !source || source.behaviour.role === 'output') return unit
  const isWhole = binding.steps.length === 0 && part.steps.length === 0
  if (!isWhole) return unit
  const { text, reasoning } = source.behaviour.streams
  if (text === binding.output) return { ...unit, stream: 'text' }
  return reasoning === binding.output ? { ...unit, stream: 'reasoning' } : unit
}

const addOnce = (list: number[] | undefined, item: number): void => {
  if (list && !list.includes(item)) list.push(item)
}
