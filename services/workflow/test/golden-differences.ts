import type { WireFrame } from '../frames/wire-frame.ts'
import type { GoldenRun } from './golden-sample.ts'

/** A way in which our frames differ from the recorded ones on purpose. */
export interface KnownDifference {
  sample: string
  reason: string
  /** Changes the recorded frames to what we promise instead. */
  apply: (frames: WireFrame[]) => WireFrame[]
}

const isLetter = (frame: WireFrame) =>
  frame.choices[0].delta.content.length === 1 && 'done'.includes(frame.choices[0].delta.content)

/** The end node's template `done`: one chunk instead of a chunk a character with an empty one before each. */
const joinLetters = (frames: WireFrame[]): WireFrame[] => {
  const isEndChunk = (frame: WireFrame) => frame.workflow_step?.node?.ext?.answer_mode === 1
  const first = frames.findIndex((frame) => isEndChunk(frame) || (isLetter(frame) && !frame.workflow_step?.node))
  const last = frames.findLastIndex((frame) => isEndChunk(frame) || (isLetter(frame) && !frame.workflow_step?.node))
  const letter = frames[first]
  if (!letter) return frames
  const chunk = structuredClone(letter)
  chunk.choices[0].delta.content = 'done'
  const joined = [...frames.slice(0, first), chunk, ...frames.slice(last + 1)]
  const isReleased = chunk.workflow_step?.seq !== 0
  return isReleased ? joined.map((frame, index) => withSeq(frame, index + 1)) : joined
}

const withSeq = (frame: WireFrame, seq: number): WireFrame => {
  const copy = structuredClone(frame)
  if (copy.workflow_step) copy.workflow_step.seq = seq
  return copy
}

/** The original gives the first item's result for all items; its text is Python's form of a list. */
const joinItems = (frames: WireFrame[]): WireFrame[] =>
  JSON.parse(
    JSON.stringify(frames)
      .replaceAll('["<a>","<a>","<a>"]', '["<a>","<b>","<c>"]')
      .replaceAll(String.raw`[\"<a>\", \"<a>\", \"<a>\"]`, String.raw`[\"<a>\", \"<b>\", \"<c>\"]`),
  ) as WireFrame[]

/** Every way in which the nine samples differ; frames of samples that are not named here are the recorded ones, field by field. */
export const knownDifferences: KnownDifference[] = [
  {
    sample: '04-iteration',
    reason: "the original gives the first item's result for every item; we give each item its own",
    apply: joinItems,
  },
  {
    sample: '09-two-streams-ordered',
    reason: 'the original splits a template without placeholders into single characters; we show it as one chunk',
    apply: joinLetters,
  },
]

/** The frames that we promise for a recorded run. */
export const expectedFrames = (name: string, run: GoldenRun): WireFrame[] =>
  knownDifferences
    .filter((difference) => difference.sample === name)
    .reduce((frames, difference) => difference.apply(frames), run.frames)
