import { type WireResult, wireCodes } from '../definition/wire-codes.ts'
import { NO_USAGE } from './build-frame.ts'
import type { WireFrame, WireUsage } from './wire-frame.ts'

/** Gathers a stream's frames into the single object of `stream: false`. */
export interface FrameCollector {
  add(frame: WireFrame): void
  /** The answer so far; call it after the last frame. */
  result(): WireFrame
}

/**
 * Joins all shown text into the last frame. In release mode `workflow_step` is left out, as in the original; in debug mode the last frame keeps its step.
 */
export const createFrameCollector = (mode: 'release' | 'debug'): FrameCollector => {
  let content = ''
  let reasoning = ''
  let last: WireFrame | undefined
  return {
    add(frame) {
      content += frame.choices[0].delta.content
      reasoning += frame.choices[0].delta.reasoning_content
      last = frame
    },
    result() {
      if (!last) throw new Error('no frame was collected')
      const { workflow_step, choices, usage, ...head } = last
      return {
        ...head,
        ...(mode === 'debug' && workflow_step && { workflow_step }),
        choices: [
          {
            delta: { role: 'assistant', content, reasoning_content: reasoning },
            index: 0,
            ...(choices[0].finish_reason && { finish_reason: choices[0].finish_reason }),
          },
        ],
        usage: usage ?? NO_USAGE,
      }
    },
  }
}

/** The frame of a failure found before a stream began: JSON, with its null fields written out. */
export interface WireRefusal {
  code: number
  message: string
  id: string
  created: number
  workflow_step: { node: null; seq: number; progress: number }
  choices: [
    {
      delta: { role: 'assistant'; content: string; reasoning_content: string }
      index: number
      finish_reason: 'stop'
    },
  ]
  usage: WireUsage
  event_data: null
}

const MS_PER_SECOND = 1000

/** @param now unix milliseconds */
export const refusalFrame = (sid: string, result: WireResult, now: number = Date.now()): WireRefusal => ({
  code: result.code,
  message: result.message,
  id: sid,
  created: Math.floor(now / MS_PER_SECOND),
  workflow_step: { node: null, seq: 0, progress: 1 },
  choices: [{ delta: { role: 'assistant', content: '', reasoning_content: '' }, index: 0, finish_reason: 'stop' }],
  usage: NO_USAGE,
  event_data: null,
})

/** The frame that ends a stream after too long a silence (the wire's 20804): the only one without a step. */
export const silenceFrame = (sid: string, now: number = Date.now()): WireFrame => ({
  ...wireCodes.NO_FRAME_IN_TIME,
  id: sid,
  created: Math.floor(now / MS_PER_SECOND),
  choices: [{ delta: { role: 'assistant', content: '', reasoning_content: '' }, index: 0, finish_reason: 'stop' }],
})
