import type { Plan } from '../definition/plan.ts'
import type { RunEvent } from '../engine/run-events.ts'
import { isInSubFlow, ROOT_SCOPE } from '../engine/scope-path.ts'
import {
  askingNode,
  buildFrame,
  completedNode,
  failedNode,
  flowNode,
  NO_USAGE,
  nodeOf,
  showingNode,
  startedNode,
  toWireEvent,
  toWireUsage,
} from './build-frame.ts'
import { createReleaseFilter } from './release-filter.ts'
import { createProgressTracker } from './track-progress.ts'
import type { WireFrame } from './wire-frame.ts'

const MS_PER_SECOND = 1000

export interface FrameProjectorOptions {
  plan: Plan
  mode: 'release' | 'debug'
  /** Session id that the frames carry: the run's own, or that of the request which follows it. */
  sid: string
  /** Unix milliseconds. */
  now?: () => number
}

export interface FrameProjector {
  /** At most one frame for each event. Events must come in order and without a gap, from the first (`run-started`) on. */
  project(event: RunEvent): WireFrame | undefined
  /** Takes note of an event that an earlier stream has shown. */
  pass(event: RunEvent): void
}

/** Turns a run's events into the wire's frames: all of them in debug mode; shown text and the last frame in release mode. */
export const createFrameProjector = (options: FrameProjectorOptions): FrameProjector => {
  const now = options.now ?? Date.now
  const progress = createProgressTracker(options.plan)
  const filter = options.mode === 'release' ? createReleaseFilter(options.plan) : undefined

  const frame = (parts: Parameters<typeof buildFrame>[2]) =>
    buildFrame(options.sid, Math.floor(now() / MS_PER_SECOND), parts)

  const project = (event: RunEvent): WireFrame | undefined => {
    switch (event.type) {
      case 'run-started':
        return frame({ node: flowNode(0), progress: 0 })
      case 'run-completed':
        return frame({
          node: flowNode(event.executedMs ?? 0),
          progress: 1,
          last: true,
          usage: toWireUsage(event.usage),
        })
      case 'run-failed':
      case 'run-cancelled':
        return frame({ code: event.code, message: event.message, progress: 1, last: true, usage: NO_USAGE })
      default:
        return projectNodeEvent(event)
    }
  }

  /** Progress is that of the run's own nodes; those of a body stand at its beginning. */
  const noteProgress = (event: RunEvent) => {
    if (!('nodeId' in event) || (event.scope ?? ROOT_SCOPE) !== ROOT_SCOPE) return
    const node = nodeOf(options.plan, event.nodeId)
    if (event.type === 'model-delta') progress.begin(node)
    else if (event.type === 'node-completed') progress.decide(node, event)
  }
  const progressOf = (event: { nodeId: string; scope?: string }): number =>
    (event.scope ?? ROOT_SCOPE) === ROOT_SCOPE ? progress.of(nodeOf(options.plan, event.nodeId).index) : 0

  const projectNodeEvent = (event: Exclude<RunEvent, { type: `run-${string}` }>): WireFrame | undefined => {
    if (event.type === 'node-waiting') {
      const { question } = event
      return (
        question && frame({ node: askingNode(event), event: toWireEvent(event, question), progress: progressOf(event) })
      )
    }
    if (isInSubFlow(event.scope)) return undefined
    const node = nodeOf(options.plan, event.nodeId)
    // Clients of published flows see output nodes only.
    const isShown = event.type !== 'model-delta' && (!filter || node.show !== undefined)
    const here = isShown ? progressOf(event) : 0
    noteProgress(event)
    if (!isShown) return undefined
    switch (event.type) {
      case 'node-started':
        return frame({ node: startedNode(node), progress: here })
      case 'node-delta':
        return frame({ ...shownText(event), node: showingNode(node, event), progress: here })
      case 'node-completed':
        return frame({ ...shownText(event), node: completedNode(node, event), progress: here, indexed: false })
      case 'node-failed':
        return frame({
          code: event.code,
          message: event.message,
          node: failedNode(node, event),
          progress: here,
          indexed: false,
        })
      default:
        return undefined
    }
  }

  return {
    project(event) {
      const projected = project(event)
      return projected && filter ? filter(projected) : projected
    },
    pass: noteProgress,
  }
}

const shownText = (event: { content: string; reasoning: string }) => ({
  content: event.content,
  reasoning: event.reasoning,
})
