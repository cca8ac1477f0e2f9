import { expect, test } from 'bun:test'
import type { RunEvent } from '../engine/run-events.ts'
import type { WireFrame } from '../frames/wire-frame.ts'
import { type GoldenRun, goldenNames, readGoldenSample } from './golden-sample.ts'
import { always, runAnswering } from './run-answering.ts'
import { runInMemory, startEvent, toFrames, toFramesBehind } from './run-in-memory.ts'
import { serveMockModel } from './serve-mock-model.ts'

/** A way in which our frames differ from the recorded ones on purpose. */
interface KnownDifference {
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
  const chunk = structuredClone(frames[first]!)
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

const knownDifferences: KnownDifference[] = [
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

/** Ids of sessions and times differ from run to run. */
const normalise = (frames: readonly WireFrame[]): WireFrame[] =>
  frames.map((frame) => {
    const copy = structuredClone(frame)
    copy.id = '<sid>'
    copy.created = 0
    if (copy.workflow_step?.node) copy.workflow_step.node.executed_time = 0
    if (copy.event_data) copy.event_data.event_id = '<event_id>'
    return copy
  })

const expectedFrames = (name: string, run: GoldenRun): WireFrame[] =>
  knownDifferences
    .filter((difference) => difference.sample === name)
    .reduce((frames, difference) => difference.apply(frames), run.frames)

/** The recording's pace of sample 09: the fast model answers while the slow one has shown one chunk. */
const createRecordedPace = () => {
  const slowHasShown = Promise.withResolvers<void>()
  const fastHasEnded = Promise.withResolvers<void>()
  return {
    beforeChunk: (prompt: string, chunk: number) => {
      if (prompt === 'hi') return slowHasShown.promise
      if (prompt.startsWith('SLOW') && chunk === 1) return fastHasEnded.promise
    },
    onEvent: (event: RunEvent) => {
      if (event.type === 'node-delta' && event.content === 'Hel') slowHasShown.resolve()
      if (event.type === 'node-completed' && event.rawOutput !== undefined) fastHasEnded.resolve()
    },
  }
}

for (const name of goldenNames) {
  for (const mode of ['debug', 'release'] as const) {
    test(`${name} gives the recorded ${mode} frames, field by field`, async () => {
      const pace = { current: createRecordedPace() }
      await using model = serveMockModel({ beforeChunk: (prompt, chunk) => pace.current.beforeChunk(prompt, chunk) })
      const sample = await readGoldenSample(name, model.url)
      const runs = sample.runs.filter((run) => run.mode === mode)
      expect(runs.length).toBeGreaterThan(0)
      for (const run of runs) {
        pace.current = createRecordedPace()
        const start = startEvent(run.parameters, mode)
        const onEvent = (event: RunEvent) => pace.current.onEvent(event)
        const events = await runInMemory({ plan: sample.plan, start, onEvent })
        expect(normalise(toFrames(sample.plan, start, events))).toEqual(expectedFrames(name, run))
        if (!run.resumed) continue
        const rest = await runAnswering({ plan: sample.plan, start, past: events }, always(run.resumed.content))
        expect(normalise(toFramesBehind(sample.plan, { start, past: events, rest }))).toEqual(run.resumed.frames)
      }
    })
  }
}

test('frames are written with the keys in the recorded order', async () => {
  await using model = serveMockModel()
  const sample = await readGoldenSample('02-llm-stream', model.url)
  for (const run of sample.runs) {
    const start = startEvent(run.parameters, run.mode)
    const events = await runInMemory({ plan: sample.plan, start })
    const written = normalise(toFrames(sample.plan, start, events)).map((frame) => JSON.stringify(frame))
    expect(written).toEqual(run.frames.map((frame) => JSON.stringify(frame)))
  }
})

test('every known difference belongs to a sample and says why', () => {
  for (const difference of knownDifferences) {
    expect(goldenNames as readonly string[]).toContain(difference.sample)
    expect(difference.reason).not.toBe('')
  }
})
