import type { WireFrame, WireNode, WireUsage } from '../../frames/wire-frame.ts'

type Json = Record<string, unknown>

/** Completion, prompt and total tokens. */
type Usage = [number, number, number]

/**
 * A frame with everything left out that is the same in each frame of its kind. `at` is the progress, as a number or as a fraction (`2/3`). Texts that
 * the contract leaves open are written `*`; those left out of failures are open too.
 */
export type CompactFrame =
  /** The run begins (debug). */
  | { flow: 'begin' }
  /** A node begins (debug). */
  | { begin: string; at: Progress }
  /** A node shows a chunk (debug); `mode` is the end node's `answer_mode`. */
  | { show: string; at: Progress; text?: string; reasoning?: string; mode?: number }
  /** A node ends (debug). */
  | {
      end: string
      at: Progress
      in?: Json
      out?: Json
      errors?: Json
      text?: string
      reasoning?: string
      raw?: string
      usage?: Usage
    }
  /** A node fails the run (debug). */
  | { fail: string; at: Progress; code: number; message?: string }
  /** A question; in release mode without `node`. */
  | { ask: Json; at: Progress; node?: string; needReply?: boolean }
  /** A chunk in release mode. */
  | { text?: string; reasoning?: string; at: Progress }
  /** The run's last frame; without tokens when `usage` is left out. */
  | { over: true; usage?: Usage }
  | { failed: number; message?: string }
  /** The one object of `stream: false`. */
  | { whole: { text?: string; reasoning?: string; usage?: Usage; code?: number; ask?: Json; needReply?: boolean } }

type Progress = number | string

export interface FrameView {
  mode: 'debug' | 'release'
  aliasOf: (nodeId: string) => string
}

/** The wire's frames, with ids and times as `normalise` leaves them. */
export const expandFrames = (frames: readonly CompactFrame[], view: FrameView): WireFrame[] =>
  frames.map((frame, index) => expandFrame(frame, { ...view, seq: view.mode === 'release' ? index + 1 : 0 }))

const NO_USAGE: Usage = [0, 0, 0]

type View = FrameView & { seq: number }
type NodeFrame = Extract<CompactFrame, { begin: string } | { show: string } | { end: string } | { fail: string }>

const expandFrame = (frame: CompactFrame, view: View): WireFrame => {
  const { seq } = view
  const flow = view.mode === 'debug' ? { node: expandNode('flow_obj', '', FLOW) } : {}
  if ('flow' in frame) return build({ ...flow, seq, progress: 0 })
  if ('begin' in frame || 'show' in frame || 'end' in frame || 'fail' in frame) return expandNodeFrame(frame, view)
  if ('ask' in frame) {
    const { node: id } = frame
    const node = id === undefined ? {} : { node: expandNode(id, view.aliasOf(id), { finish_reason: 'interrupt' }) }
    return build({ ...node, seq, progress: frame.at, finish: 'interrupt', event: toEvent(frame) })
  }
  if ('over' in frame) return build({ ...flow, seq, progress: 1, finish: 'stop', usage: frame.usage ?? NO_USAGE })
  if ('failed' in frame) {
    const { failed: code, message = '*' } = frame
    return build({ code, message, seq, progress: 1, finish: 'stop', usage: NO_USAGE })
  }
  if ('whole' in frame) return expandWhole(frame.whole, view)
  return build({ ...shownText(frame), seq, progress: frame.at })
}

const shownText = (parts: { text?: string; reasoning?: string }) => ({
  content: parts.text ?? '',
  reasoning: parts.reasoning ?? '',
})

const expandNodeFrame = (frame: NodeFrame, { seq, aliasOf }: View): WireFrame => {
  const step = { seq, progress: frame.at }
  const node = (id: string, more: Partial<WireNode> = {}) => expandNode(id, aliasOf(id), more)
  if ('begin' in frame) return build({ ...step, node: node(frame.begin) })
  if ('show' in frame) {
    const ext = frame.mode === undefined ? {} : { ext: { answer_mode: frame.mode } }
    return build({ ...step, ...shownText(frame), node: node(frame.show, ext) })
  }
  if ('fail' in frame) {
    const { code, message = '*' } = frame
    return build({ ...step, code, message, node: node(frame.fail, { finish_reason: 'stop', ext: {} }), indexed: false })
  }
  const ended = node(frame.end, {
    finish_reason: 'stop',
    inputs: frame.in ?? {},
    outputs: frame.out ?? {},
    error_outputs: frame.errors ?? {},
    ext: frame.raw === undefined ? {} : { raw_output: frame.raw },
    ...(frame.usage && { usage: toUsage(frame.usage) }),
  })
  return build({ ...step, ...shownText(frame), node: ended, indexed: false })
}

const FLOW: Partial<WireNode> = {
  finish_reason: 'stop',
  usage: { completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 },
}

const expandNode = (id: string, alias: string, more: Partial<WireNode>): WireNode => ({
  id,
  alias_name: id === 'flow_obj' ? '' : alias,
  inputs: {},
  outputs: {},
  error_outputs: {},
  executed_time: 0,
  ...more,
})

interface Parts {
  code?: number
  message?: string
  node?: WireNode
  seq: number
  progress: Progress
  content?: string
  reasoning?: string
  indexed?: boolean
  finish?: 'stop' | 'interrupt'
  usage?: Usage
  event?: NonNullable<WireFrame['event_data']>
}

const build = (parts: Parts): WireFrame => ({
  code: parts.code ?? 0,
  message: parts.message ?? 'Success',
  id: '<sid>',
  created: 0,
  workflow_step: { ...(parts.node && { node: parts.node }), seq: parts.seq, progress: toNumber(parts.progress) },
  choices: [
    {
      delta: { role: 'assistant', content: parts.content ?? '', reasoning_content: parts.reasoning ?? '' },
      ...(parts.indexed !== false && { index: 0 }),
      ...(parts.finish && { finish_reason: parts.finish }),
    },
  ],
  ...(parts.usage && { usage: toUsage(parts.usage) }),
  ...(parts.event && { event_data: parts.event }),
})

/** In debug mode the last frame's step stays, in release mode there is none. */
const expandWhole = (whole: Extract<CompactFrame, { whole: unknown }>['whole'], view: FrameView): WireFrame => {
  const { workflow_step, ...frame } = build({
    code: whole.code ?? 0,
    message: whole.code ? '*' : 'Success',
    seq: 0,
    progress: 1,
    content: whole.text ?? '',
    reasoning: whole.reasoning ?? '',
    finish: whole.ask ? 'interrupt' : 'stop',
    usage: whole.usage ?? NO_USAGE,
    ...(whole.ask && { event: toEvent({ ask: whole.ask, ...(whole.needReply && { needReply: true }) }) }),
    ...(view.mode === 'debug' && !whole.code && { node: expandNode('flow_obj', '', FLOW) }),
  })
  return view.mode === 'debug' && workflow_step ? { ...frame, workflow_step } : frame
}

const toEvent = ({
  ask,
  needReply = false,
}: {
  ask: Json
  needReply?: boolean
}): NonNullable<WireFrame['event_data']> => ({
  event_id: '<event_id>',
  event_type: 'interrupt',
  need_reply: needReply,
  value: ask,
})

const toUsage = ([completion, prompt, total]: Usage): WireUsage => ({
  completion_tokens: completion,
  prompt_tokens: prompt,
  total_tokens: total,
})

const toNumber = (progress: Progress): number => {
  if (typeof progress === 'number') return progress
  const [dividend, divisor = 1] = progress.split('/').map(Number)
  return Number(dividend) / divisor
}

/** Ids of sessions and events, and times, differ from run to run. */
export const normalise = (frames: readonly WireFrame[]): WireFrame[] =>
  frames.map((frame) => {
    const copy = structuredClone(frame)
    copy.id = '<sid>'
    copy.created = 0
    if (copy.workflow_step?.node) copy.workflow_step.node.executed_time = 0
    if (copy.event_data) copy.event_data.event_id = '<event_id>'
    return copy
  })

/** The actual value, with `*` for every text that the expected one leaves open. */
export const openTexts = (actual: unknown, expected: unknown): unknown => {
  if (expected === '*' && typeof actual === 'string' && actual !== '') return '*'
  if (typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null) return actual
  if (Array.isArray(actual)) return actual.map((item, index) => openTexts(item, (expected as unknown[])[index]))
  return Object.fromEntries(
    Object.entries(actual).map(([key, value]) => [key, openTexts(value, (expected as Json)[key])]),
  )
}
