import type { RunHeader } from '#shared/journal/journal.ts'
import type { Plan } from '../definition/plan.ts'
import { parentOf } from '../engine/scope-path.ts'
import { isFinal, type TimedEvent } from './run-event-log.ts'

/** A stretch of a run's time. Times are milliseconds; starts are counted from the run's. */
export interface Span {
  id: string
  parentId: string | null
  kind: 'run' | 'engine' | 'node' | 'wait'
  name: string
  /** The round of an iteration, a loop or a sub-flow that a node is in; '' in the flow itself. */
  scope: string
  state: 'running' | 'completed' | 'failed'
  startMs: number
  durationMs: number
  /** How long a node that could have begun did not. */
  queuedMs: number
  usage?: { promptTokens: number; completionTokens: number; totalTokens: number }
  error?: { code: number; message: string }
}

const RUN_SPAN = 'run'
const ENGINE_SPAN = 'engine'
const MICROSECONDS = 1_000

/**
 * A run's events as spans, parents first: the run; its nodes, below each of them the nodes of its rounds and its waits; and the engine's own time,
 * in which no node of the flow was at work. Events of before times were recorded have none and are left out.
 */
export const toTrace = (run: {
  header: RunHeader
  plan: Plan
  events: readonly TimedEvent[]
  /** Unix milliseconds: the end, so far, of what goes on. */
  now: number
}): Span[] => {
  const { header, events } = run
  const beganAt = events[0]?.at ?? header.createdAt.getTime()
  const last = events.findLast((event) => event.at !== undefined)
  const endedAt = (last && isFinal(last) ? last.at : header.finishedAt?.getTime()) ?? run.now
  const spans = collectSpans(events, { beganAt, endedAt })
  const nodes = [...spans.values()].filter(({ kind, scope }) => kind === 'node' && scope === '')
  addQueued(run.plan, new Map(nodes.map((span) => [span.name, span])))
  const durationMs = endedAt - beganAt
  const root: Span = {
    ...emptySpan({ id: RUN_SPAN, kind: 'run', name: header.subjectId }),
    state: stateOf(header),
    durationMs,
  }
  const engine: Span = {
    ...emptySpan({ id: ENGINE_SPAN, kind: 'engine', name: 'engine' }),
    parentId: RUN_SPAN,
    state: root.state,
    durationMs: Math.max(durationMs - coveredMs(nodes), 0),
  }
  return [root, engine, ...spans.values()].map(rounded)
}

const stateOf = ({ state }: RunHeader): Span['state'] => {
  if (state === 'completed') return 'completed'
  return state === 'failed' || state === 'cancelled' ? 'failed' : 'running'
}

const emptySpan = (of: Pick<Span, 'id' | 'kind' | 'name'>): Span => ({
  ...of,
  parentId: null,
  scope: '',
  state: 'running',
  startMs: 0,
  durationMs: 0,
  queuedMs: 0,
})

const spanId = (scope: string, nodeId: string): string => (scope === '' ? nodeId : `${scope} ${nodeId}`)

const nodeSpan = (id: string, nodeId: string, scope: string): Span => {
  const parent = parentOf(scope)
  const parentId = parent ? spanId(parent.scope, parent.nodeId) : RUN_SPAN
  return { ...emptySpan({ id, kind: 'node', name: nodeId }), parentId, scope }
}

const collectSpans = (
  events: readonly TimedEvent[],
  times: { beganAt: number; endedAt: number },
): ReadonlyMap<string, Span> => {
  const spans = new Map<string, Span>()
  const open = (span: Span, at: number) => {
    const startMs = at - times.beganAt
    spans.set(span.id, { ...span, startMs, durationMs: Math.max(times.endedAt - at, 0) })
  }
  const close = (span: Span | undefined, at: number, end: Partial<Span>) => {
    if (span) Object.assign(span, end, { durationMs: Math.max(at - times.beganAt - span.startMs, 0) })
  }
  for (const event of events) {
    if (!('nodeId' in event) || event.at === undefined) continue
    const scope = event.scope ?? ''
    const id = spanId(scope, event.nodeId)
    const span = spans.get(id)
    const { at } = event
    switch (event.type) {
      case 'node-started':
        if (!span) open(nodeSpan(id, event.nodeId, scope), at)
        break
      case 'node-completed':
        close(span, at, {
          state: event.failed ? 'failed' : 'completed',
          ...(event.usage && { usage: event.usage }),
        })
        break
      case 'node-failed':
        close(span, at, { state: 'failed', error: { code: event.code, message: event.message } })
        break
      case 'node-waiting':
        open({ ...emptySpan({ id: event.eventId, kind: 'wait', name: event.alias }), parentId: id, scope }, at)
        break
      case 'node-resumed':
        close(spans.get(event.eventId), at, { state: 'completed' })
    }
  }
  return spans
}

/** A node could have begun when the last of the nodes before it ended. Those that begin earlier, to show text as it comes, waited for nothing. */
const addQueued = (plan: Plan, nodes: ReadonlyMap<string, Span>): void => {
  const readyMs = new Map<string, number>()
  for (const node of plan.nodes) {
    const span = nodes.get(node.id)
    if (!span || span.state === 'running') continue
    for (const { target } of node.edges) {
      const id = plan.nodes[target]?.id ?? ''
      readyMs.set(id, Math.max(readyMs.get(id) ?? 0, span.startMs + span.durationMs))
    }
  }
  for (const [id, span] of nodes) span.queuedMs = Math.max(span.startMs - (readyMs.get(id) ?? 0), 0)
}

/** Time in which at least one of the spans was open. */
const coveredMs = (spans: readonly Span[]): number => {
  let covered = 0
  let until = 0
  for (const { startMs, durationMs } of [...spans].sort((one, two) => one.startMs - two.startMs)) {
    const endMs = startMs + durationMs
    covered += Math.max(endMs - Math.max(startMs, until), 0)
    until = Math.max(until, endMs)
  }
  return covered
}

/** Whole microseconds: what is below is noise of the clock. */
const rounded = (span: Span): Span => ({
  ...span,
  startMs: round(span.startMs),
  durationMs: round(span.durationMs),
  queuedMs: round(span.queuedMs),
})

const round = (ms: number): number => Math.round(ms * MICROSECONDS) / MICROSECONDS
