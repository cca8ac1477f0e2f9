import type { RunHeader } from '#shared/journal/journal.ts'
import type { NodeCompleted, NodeDelta, NodeFailed, NodeWaiting, RunEvent } from '../engine/run-events.ts'
import { isInSubFlow } from '../engine/scope-path.ts'
import { openWaits } from './open-waits.ts'

/** One node of a run, as its events tell. */
export interface NodeView {
  nodeId: string
  kind: string
  state: 'running' | 'completed' | 'failed' | 'cancelled'
  executedMs: number
  usage?: { promptTokens: number; completionTokens: number; totalTokens: number }
  error?: { code: number; message: string }
}

/** Something that a run waits for. */
export interface WaitView {
  eventId: string
  nodeId: string
  /** What the caller is asked; null when only time ends the wait. */
  question: Record<string, unknown> | null
  /** When the wait ends by itself; null: never. */
  wakeAt: string | null
}

export interface RunView {
  id: string
  kind: string
  /** What runs: a flow, a bot, a document. */
  subjectId: string
  version: string
  mode: string
  appId: string
  uid: string
  state: RunHeader['state']
  createdAt: string
  finishedAt: string | null
  parameters: Record<string, unknown>
  /** What message and end nodes have shown so far. */
  result: { content: string; reasoning: string }
  error: { code: number; message: string } | null
  usage: { promptTokens: number; completionTokens: number; totalTokens: number }
  /** In the order in which they started. */
  nodes: NodeView[]
  /** What it waits for: answers (`POST /api/runs/{id}/resume`) or moments. */
  waits: WaitView[]
  /** Of a document that is read: its pages. */
  progress?: RunProgress
}

export interface RunProgress {
  pagesRead: number
  pageCount: number
  failedPages: number
  /** Both null until they can be told, and once all pages are read. */
  pagesPerSecond: number | null
  secondsLeft: number | null
}

/** Kinds of nodes whose text is shown to the caller. */
const OUTPUT_KINDS = new Set(['message', 'node-end'])
/** Of a run that failed for no reason of a node. */
export const ENGINE_FAILED_CODE = 22301

/** Folds a run's events into one document: a projection, kept nowhere. */
export const toRunView = (header: RunHeader, events: readonly RunEvent[]): RunView => {
  const nodes = new Map<string, NodeView>()
  const view: RunView = {
    ...toRunSummary(header),
    version: '',
    mode: '',
    uid: '',
    parameters: {},
    result: { content: '', reasoning: '' },
    error: header.failure === undefined ? null : { code: ENGINE_FAILED_CODE, message: header.failure },
    usage: { promptTokens: 0, completionTokens: 0, totalTokens: 0 },
    nodes: [],
    waits: [],
  }
  for (const event of events) applyEvent(view, nodes, event)
  view.nodes = [...nodes.values()]
  if (header.finishedAt === undefined) view.waits = [...openWaits(events).values()].map(toWait)
  return view
}

/** A run as the one who asked for it, or for its end, is told of it. */
export const toAcceptedRun = (header: RunHeader) => ({
  id: header.id,
  state: header.state,
  flowId: header.subjectId,
  appId: header.appId,
  createdAt: header.createdAt.toISOString(),
})

/** What a run's row tells without its events. */
export const toRunSummary = (header: RunHeader) => ({
  id: header.id,
  kind: header.kind,
  subjectId: header.subjectId,
  appId: header.appId,
  state: header.state,
  createdAt: header.createdAt.toISOString(),
  finishedAt: header.finishedAt?.toISOString() ?? null,
})

const applyEvent = (view: RunView, nodes: Map<string, NodeView>, event: RunEvent): void => {
  // The run's caller sees the node that runs a sub-flow, not what is inside: the trace shows that.
  if ('nodeId' in event && isInSubFlow(event.scope)) return
  switch (event.type) {
    case 'run-started':
      view.version = event.version
      view.mode = event.mode
      view.uid = event.uid
      view.parameters = event.parameters
      return
    case 'node-started':
      if (!nodes.has(event.nodeId)) nodes.set(event.nodeId, newNode(event.nodeId))
      return
    case 'node-delta':
      show(view, event)
      return
    case 'node-completed':
      nodes.set(event.nodeId, { ...newNode(event.nodeId), ...completion(event) })
      if (OUTPUT_KINDS.has(kindOf(event.nodeId))) show(view, event)
      return
    case 'node-failed':
      nodes.set(event.nodeId, { ...newNode(event.nodeId), ...failureOf(event) })
      return
    case 'run-completed':
      view.usage = event.usage
      return
    case 'run-cancelled':
      for (const node of nodes.values()) if (node.state === 'running') node.state = 'cancelled'
      view.error = { code: event.code, message: event.message }
      return
    case 'run-failed':
      view.error = { code: event.code, message: event.message }
  }
}

const kindOf = (nodeId: string): string => nodeId.split(':', 1)[0] ?? ''

const newNode = (nodeId: string): NodeView => ({ nodeId, kind: kindOf(nodeId), state: 'running', executedMs: 0 })

const completion = (event: NodeCompleted): Pick<NodeView, 'state' | 'executedMs' | 'usage'> => ({
  state: event.failed ? 'failed' : 'completed',
  executedMs: roundToMicroseconds(event.executedMs),
  ...(event.usage ? { usage: event.usage } : {}),
})

const failureOf = (event: NodeFailed): Pick<NodeView, 'state' | 'executedMs' | 'error'> => ({
  state: 'failed',
  executedMs: roundToMicroseconds(event.executedMs),
  error: { code: event.code, message: event.message },
})

/** Whole microseconds: what is below is noise of the clock. */
const roundToMicroseconds = (milliseconds: number): number => Math.round(milliseconds * 1000) / 1000

const show = (view: RunView, shown: Pick<NodeDelta, 'content' | 'reasoning'>): void => {
  view.result.content += shown.content
  view.result.reasoning += shown.reasoning
}

const toWait = ({ eventId, nodeId, question, wakeAt }: NodeWaiting): WaitView => ({
  eventId,
  nodeId,
  question: question?.value ?? null,
  wakeAt: wakeAt === undefined ? null : new Date(wakeAt).toISOString(),
})
