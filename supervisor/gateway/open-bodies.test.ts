import { afterEach, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { type BodyEnd, createOpenBodies, READER_STALL_MS_MAX } from './open-bodies.ts'

let now = 1_000
const bodies = createOpenBodies({ now: () => now, sweepMs: 1 })
const ends: BodyEnd[] = []
afterEach(() => void ends.splice(0))

/** A body that is fed by hand. */
const source = () => {
  let controller!: ReadableStreamDefaultController<Uint8Array>
  const cancelled = { value: false }
  const stream = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given
    },
    cancel() {
      cancelled.value = true
    },
  })
  return { stream, cancelled, send: (text: string) => controller.enqueue(new TextEncoder().encode(text)), controller }
}
const relay = (stream: ReadableStream<Uint8Array>) => bodies.relay(stream, (end) => ends.push(end))

test('a chunk is there before the next one is produced', async () => {
  const worker = source()
  const reader = relay(worker.stream).getReader()
  worker.send('first')
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('first')
  expect(ends).toEqual([])
  worker.send('second')
  worker.controller.close()
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('second')
  expect((await reader.read()).done).toBe(true)
  expect(ends).toEqual(['complete'])
})

test('a client that leaves cancels the worker', async () => {
  const worker = source()
  const reader = relay(worker.stream).getReader()
  worker.send('first')
  await reader.read()
  await reader.cancel()
  expect(worker.cancelled.value).toBe(true)
  expect(ends).toEqual(['left'])
})

test('a body that breaks never looks complete', async () => {
  const worker = source()
  const reader = relay(worker.stream).getReader()
  worker.controller.error(new Error('worker died'))
  await expect(reader.read()).rejects.toThrow('worker died')
  expect(ends).toEqual(['broken'])
})

test('a client that takes nothing for the limit is cut off, one that waits for the worker is not', async () => {
  const patient = source()
  const waiting = relay(patient.stream).getReader().read()
  const worker = source()
  const reader = relay(worker.stream).getReader()
  worker.send('first')
  await reader.read()
  now += READER_STALL_MS_MAX + 1
  await waitFor(() => ends.length > 0, { what: 'the eviction' })
  expect(ends).toEqual(['stalled'])
  expect(worker.cancelled.value).toBe(true)
  await expect(reader.read()).rejects.toThrow('stopped reading')
  patient.send('late')
  expect((await waiting).done).toBe(false)
})
