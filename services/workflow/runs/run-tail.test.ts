import { expect, test } from 'bun:test'
import type { Journal, JournalEvent, SequencedEvent } from '#shared/journal/journal.ts'
import { openRunTail } from './run-tail.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

/**
 * A run whose events the test appends; the journal part has them all, as the real one does.
 * @param before events that are there when the tail is opened
 */
const createRun = (before = 0) => {
  const stored: SequencedEvent[] = upTo(before).map((sequence) => ({ sequence, event: { type: 'node-delta' } }))
  let listener: ((event: SequencedEvent) => void) | undefined
  let onClosed: (() => void) | undefined
  const journal: Pick<Journal, 'listen'> = {
    listen(_, onEvent, options) {
      listener = onEvent
      onClosed = options?.onClosed
      return () => {
        listener = undefined
      }
    },
  }
  const append = (event: JournalEvent) => {
    stored.push({ sequence: stored.length, event })
    listener?.(stored[stored.length - 1] as SequencedEvent)
  }
  const follow = async function* (_: string, after: number) {
    yield* stored.slice(after + 1)
  }
  return {
    tail: openRunTail({ journal: journal as Journal, follow }, '1', before - 1),
    delta: (count: number) => {
      for (let index = 0; index < count; index += 1) append({ type: 'node-delta' })
    },
    end: () => append({ type: 'run-completed' }),
    close: () => onClosed?.(),
    isListening: () => listener !== undefined,
  }
}

const readSequences = async (run: ReturnType<typeof createRun>, signal = new AbortController().signal) => {
  const sequences: number[] = []
  for await (const batch of run.tail.batches(signal)) sequences.push(...batch.map(({ sequence }) => sequence))
  return sequences
}

test('everything from the first event to the final one is seen once', async () => {
  const run = createRun()
  run.delta(3)
  const read = readSequences(run)
  run.delta(2)
  run.end()
  expect(await read).toEqual(upTo(6))
  expect(run.isListening()).toBe(false)
})

test('a reader too slow for the queue gets the rest from the journal, without gap or repetition', async () => {
  const run = createRun()
  run.delta(20_000)
  run.end()
  expect(await readSequences(run)).toEqual(upTo(20_001))
})

test('a run that leaves the process is followed where it goes', async () => {
  const run = createRun()
  run.delta(2)
  run.close()
  run.delta(2)
  run.end()
  expect(await readSequences(run)).toEqual(upTo(5))
})

test('a reader that leaves stops listening although the run is silent', async () => {
  const run = createRun()
  const leaving = new AbortController()
  const read = readSequences(run, leaving.signal)
  leaving.abort()
  expect(await read).toEqual([])
  expect(run.isListening()).toBe(false)
})

test('of a run that was there before, only what comes now is seen, wherever the run goes', async () => {
  const run = createRun(3)
  const gone = createRun(3)
  gone.close()
  for (const each of [run, gone]) {
    each.delta(1)
    each.end()
    expect(await readSequences(each)).toEqual([3, 4])
  }
})
