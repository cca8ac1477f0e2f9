import { findPlanNode, type Plan } from '../definition/plan.ts'
import type { NodeReply } from './node-execution.ts'
import type { NodeCompleted, NodeFailed, NodeWaiting, RunEvent } from './run-events.ts'
import { isInSubFlow, ROOT_SCOPE, subFlowOf } from './scope-path.ts'

type NodeEvent = Extract<RunEvent, { nodeId: string }>

export interface Token {
  readonly text: string
  readonly reasoning: string
}

/** What an interrupted run already did to one node. */
export interface NodePast {
  /** How often it was announced. */
  starts: number
  tokens: Token[]
  /** Chunks that were shown. */
  deltas: number
  completed: NodeCompleted | undefined
  replies: NodeReply[]
  /** The wait that nothing ended yet. */
  waiting: NodeWaiting | undefined
  pinned: Record<string, unknown> | undefined
}

/** What an interrupted run already did in one scope. */
export interface ScopePast {
  readonly nodes: Map<string, NodePast>
  failed: NodeFailed | undefined
}

/** What the output nodes of one flow (the run's own or a sub-flow) already showed. */
export interface ShownPast {
  /** Order key of the output node in the middle of its text. */
  current: string | undefined
  /** All texts of a sub-flow, in order. */
  readonly tokens: Token[]
}

export interface RunPast {
  /** By path. */
  readonly scopes: ReadonlyMap<string, ScopePast>
  /** By path of the sub-flow. */
  readonly shown: ReadonlyMap<string, ShownPast>
  /** How many waits there were. */
  readonly waits: number
  /** True when the run's last event is there. */
  readonly isOver: boolean
}

/** Name of an output node among those of its flow. */
export const orderKey = (scope: string, nodeId: string): string =>
  scope === ROOT_SCOPE ? nodeId : `${scope} ${nodeId}`

/** Folds the events of an interrupted run. Throws when they name a node that the plan does not have. */
export const foldPast = (plan: Plan, events: readonly RunEvent[]): RunPast => {
  const scopes = new Map<string, ScopePast>()
  const shown = new Map<string, ShownPast>()
  let isOver = false
  let waits = 0

  for (const event of events) {
    if (event.type === 'run-completed' || event.type === 'run-failed' || event.type === 'run-cancelled') isOver = true
    if (event.type === 'node-waiting') waits += 1
    if (!('nodeId' in event)) continue
    const path = event.scope ?? ROOT_SCOPE
    const scope = entryOf(scopes, path, () => ({ nodes: new Map(), failed: undefined }))
    if (event.type === 'node-failed') scope.failed = event
    foldNodeEvent(entryOf(scope.nodes, event.nodeId, emptyPast), event)
    const texts = entryOf(shown, subFlowOf(path), () => ({ current: undefined, tokens: [] }))
    foldShown(texts, event, showsText(plan, event))
  }
  return { scopes, shown, waits, isOver }
}

const entryOf = <Value>(map: Map<string, Value>, key: string, make: () => Value): Value => {
  const known = map.get(key)
  if (known !== undefined) return known
  const fresh = make()
  map.set(key, fresh)
  return fresh
}

const emptyPast = (): NodePast => ({
  starts: 0,
  tokens: [],
  deltas: 0,
  completed: undefined,
  replies: [],
  waiting: undefined,
  pinned: undefined,
})

/** The plan of a sub-flow is not at hand here: its output nodes are known by their first chunk. */
const showsText = (plan: Plan, event: NodeEvent): boolean => {
  if (isInSubFlow(event.scope)) return event.type === 'node-delta' || event.type === 'node-completed'
  const node = findPlanNode(plan, event.nodeId)
  if (!node) throw new Error(`the run's plan has no node ${event.nodeId}`)
  return node.show !== undefined
}

const foldShown = (texts: ShownPast, event: NodeEvent, shows: boolean): void => {
  if (!shows) return
  const key = orderKey(event.scope ?? ROOT_SCOPE, event.nodeId)
  if (event.type !== 'node-completed') texts.current = key
  else if (texts.current === key || !isInSubFlow(event.scope)) texts.current = undefined
  if (event.type !== 'node-delta' && event.type !== 'node-completed') return
  if (event.content !== '' || event.reasoning !== '') {
    texts.tokens.push({ text: event.content, reasoning: event.reasoning })
  }
}

const foldNodeEvent = (past: NodePast, event: NodeEvent): void => {
  switch (event.type) {
    case 'node-started':
      past.starts += 1
      break
    case 'node-delta':
      past.deltas += 1
      break
    case 'model-delta':
      past.tokens.push({ text: event.content, reasoning: event.reasoning })
      break
    case 'node-completed':
      past.completed = event
      break
    case 'node-waiting':
      past.waiting = event
      break
    case 'node-resumed':
      past.replies.push({ ...event.reply, memory: past.waiting?.memory })
      past.waiting = undefined
      break
    case 'scope-pinned':
      past.pinned = event.pin
      break
    case 'node-failed':
      break
  }
}

/** Of nearly all executions: the first one of their node. */
const NOTHING_DELIVERED: Token = { text: '', reasoning: '' }

/** What a producer already delivered, as whole texts. */
export const joinTokens = (tokens: readonly Token[] | undefined): Token =>
  tokens === undefined || tokens.length === 0
    ? NOTHING_DELIVERED
    : {
        text: tokens.map((token) => token.text).join(''),
        reasoning: tokens.map((token) => token.reasoning).join(''),
      }
