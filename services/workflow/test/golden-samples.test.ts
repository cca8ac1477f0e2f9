import { expect, test } from 'bun:test'
import { compareGoldenSample } from './compare-golden-sample.ts'
import { normalise } from './conformance/expand-frames.ts'
import { knownDifferences } from './golden-differences.ts'
import { goldenNames, programNames, readGoldenSample } from './golden-sample.ts'
import { runInMemory, startEvent, toFrames } from './run-in-memory.ts'
import { serveMockModel } from './serve-mock-model.ts'

for (const name of goldenNames) if (!programNames.has(name)) compareGoldenSample(name)

test('every recorded sample is compared', async () => {
  const files = await Array.fromAsync(new Bun.Glob('*.json').scan({ cwd: `${import.meta.dir}/golden` }))
  expect(files.map((file) => file.replace('.json', '')).toSorted()).toEqual([...goldenNames])
  expect(goldenNames).toHaveLength(9)
})

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

test('every known difference changes the frames of its sample, and says why', async () => {
  for (const { sample, reason, apply } of knownDifferences) {
    expect(reason).not.toBe('')
    const { runs } = await readGoldenSample(sample, '')
    for (const { frames } of runs) expect([sample, apply(frames)]).not.toEqual([sample, frames])
  }
})
