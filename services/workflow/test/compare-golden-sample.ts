import { expect, test } from 'bun:test'
import type { RunEvent } from '../engine/run-events.ts'
import { normalise } from './conformance/expand-frames.ts'
import { expectedFrames } from './golden-differences.ts'
import { readGoldenSample } from './golden-sample.ts'
import { always, runAnswering } from './run-answering.ts'
import { runInMemory, startEvent, toFrames, toFramesBehind } from './run-in-memory.ts'
import { serveMockModel } from './serve-mock-model.ts'

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

/** Defines the tests that compare a recorded sample, every field of every frame. */
export const compareGoldenSample = (name: string): void => {
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
