import { expect, test } from 'bun:test'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createRequestMeter } from './request-meter.ts'

const AGENT = { service: 'agent', route: 'wire' } as const

const streamOf = (...pieces: string[]) => {
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(new TextEncoder().encode(piece))
    },
    cancel() {
      cancelled = true
    },
  })
  const response = new Response(body, { status: 201, headers: { 'content-type': 'text/event-stream', 'x-a': 'b' } })
  return { response, wasCancelled: () => cancelled }
}

test('a plain answer is in flight until it is given, and counted by status', async () => {
  const metrics = createMetricsRegistry()
  const meter = createRequestMeter(metrics)
  const gate = Promise.withResolvers<Response>()
  const answered = meter.measure(AGENT, () => gate.promise)
  expect(meter.counts()).toEqual({ inFlight: 1, streams: 0 })
  gate.resolve(new Response('hello', { status: 404 }))
  expect(await (await answered).text()).toBe('hello')
  expect(meter.counts()).toEqual({ inFlight: 0, streams: 0 })
  const total = metrics.snapshot().families.find((family) => family.name === 'orrery_requests_total')
  expect(total?.series).toEqual([{ labels: { service: 'agent', status: '404' }, value: 1 }])
})

test('an event stream is in flight until its last byte; head and bytes are unchanged', async () => {
  const meter = createRequestMeter(createMetricsRegistry())
  const answered = await meter.measure(AGENT, () => streamOf('data: 1\n\n', 'data: 2\n\n').response)
  expect(meter.counts()).toEqual({ inFlight: 1, streams: 1 })
  expect([answered.status, answered.headers.get('x-a')]).toEqual([201, 'b'])
  const idle = meter.idle(60_000)
  expect(await answered.text()).toBe('data: 1\n\ndata: 2\n\n')
  await idle
  expect(meter.counts()).toEqual({ inFlight: 0, streams: 0 })
})

test('a client that leaves cancels the stream and ends its count, once', async () => {
  const meter = createRequestMeter(createMetricsRegistry())
  const { response, wasCancelled } = streamOf('data: 1\n\n', 'data: 2\n\n')
  const answered = await meter.measure(AGENT, () => response)
  await answered.body?.cancel()
  expect(wasCancelled()).toBe(true)
  expect(meter.counts()).toEqual({ inFlight: 0, streams: 0 })
})

test('a handler that throws leaves no count behind', async () => {
  const meter = createRequestMeter(createMetricsRegistry())
  await expect(meter.measure(AGENT, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(meter.counts()).toEqual({ inFlight: 0, streams: 0 })
})

test('waiting for the end of requests ends when the time is up', async () => {
  const meter = createRequestMeter(createMetricsRegistry())
  const gate = Promise.withResolvers<Response>()
  const answered = meter.measure(AGENT, () => gate.promise)
  await meter.idle(1)
  expect(meter.counts().inFlight).toBe(1)
  gate.resolve(new Response())
  await answered
})

test('times are told apart by service, route and kind of answer', async () => {
  const metrics = createMetricsRegistry()
  const meter = createRequestMeter(metrics)
  await meter.measure(AGENT, () => new Response())
  await (await meter.measure(AGENT, () => streamOf('data: 1\n\n').response)).text()
  await meter.measure({ service: 'agent', route: 'management' }, () => new Response())
  const seconds = metrics.snapshot().families.find((family) => family.name === 'orrery_request_seconds')
  expect(seconds?.series.map(({ labels }) => [labels.route, labels.answer])).toEqual([
    ['wire', 'whole'],
    ['wire', 'stream'],
    ['management', 'whole'],
  ])
})
