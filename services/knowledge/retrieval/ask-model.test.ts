import { expect, test } from 'bun:test'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { askModel } from './ask-model.ts'
import { createModelBreaker } from './model-breaker.ts'

const setUp = () => {
  const dependencies = { breaker: createModelBreaker(), metrics: createMetricsRegistry(), logger: silentLogger }
  const ask = (work: (signal: AbortSignal) => Promise<string>, signal?: AbortSignal) =>
    askModel(dependencies, { model: 'm', kind: 'rerank', msMax: 20, signal }, work)
  const failures = () =>
    dependencies.metrics.snapshot().families[0]?.series.map(({ labels, value }) => [labels.why, value])
  return { ask, failures }
}
/** Ends with its signal alone. */
const never = (signal: AbortSignal) =>
  new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('a model that is late is done without, and left alone after three times', async () => {
  const { ask, failures } = setUp()
  for (let time = 0; time < 3; time++)
    expect(await ask(never)).toMatchObject({ failure: 'it did not answer within 20 ms.' })
  let asked = false
  const resting = await ask(async () => {
    asked = true
    return 'yes'
  })
  expect([asked, 'failure' in resting]).toEqual([false, true])
  expect(failures()).toEqual([
    ['late', 3],
    ['resting', 1],
  ])
})

test('a caller that leaves is no failure of the model', async () => {
  const { ask, failures } = setUp()
  for (let time = 0; time < 4; time++) {
    const caller = new AbortController()
    const asked = ask(never, caller.signal)
    caller.abort(new Error('left'))
    await expect(asked).rejects.toThrow('left')
  }
  expect(await ask(async () => 'yes')).toMatchObject({ answer: 'yes' })
  expect(failures()).toEqual([])
})

test('what a model says is wrong with it is told', async () => {
  const { ask } = setUp()
  const asked = await ask(async () => Promise.reject(new Error('no such deployment')))
  expect(asked).toMatchObject({ failure: 'no such deployment' })
})
