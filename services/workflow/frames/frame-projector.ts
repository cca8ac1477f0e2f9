import type { Plan } from '../definition/plan.ts'
import type { RunEvent } from '../engine/run-events.ts'
import {
  buildFrame,
  completedNode,
  failedNode,
  flowNode,
  NO_USAGE,
  nodeOf,
  showingNode,
  startedNode,
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

  const projectNodeEvent = (event: Exclude<RunEvent, { type: `run-${string}` }>): WireFrame | undefined => {
    const node = nodeOf(options.plan, event.nodeId)
    if (event.type === 'model-delta') {
      progress.begin(node)
      return undefined
    }
    if (filter && !node.show) {
      // Never shown to clients of published flows; only its decisions matter.
      if (event.type === 'node-completed') progress.decide(node, event)
      return undefined
    }
    const here = progress.of(node.index)
    switch (event.type) {
      case 'node-started':
        return frame({ node: startedNode(node), progress: here })
      case 'node-delta':
        return frame({ ...shownText(event), node: showingNode(node, event), progress: here })
      case 'node-completed':
        progress.decide(node, event)
        return frame({ ...shownText(event), node: completedNode(node, event), progress: here, indexed: false })
      case 'node-failed':
        return frame({
          code: event.code,
          message: event.message,
          node: failedNode(node, event),
          progress: here,
          indexed: false,
        })
    }
  }

  return {
    project(event) {
      const projected = project(event)
      return projected && filter ? filter(projected) : projected
    },
  }
}

const shownText = (event: { content: string; reasoning: string }) => ({
  content: event.content,
  reasoning: event.reasoning,
})
