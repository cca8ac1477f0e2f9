import { expect, test } from 'bun:test'
import type { Journal, JournalEvent, SequencedEvent } from '#shared/journal/journal.ts'
import { openRunTail } from './run-tail.ts'

/** A run whose events the test appends; the journal part has them all, as the real one does. */
const createRun = () => {
  const stored: SequencedEvent[] = []
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
    tail: openRunTail({ journal: journal as Journal, follow }, '1'),
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

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

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
