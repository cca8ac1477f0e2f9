import { expect, test } from 'bun:test'
import { BODY_WINDOW, HEAD_MS_MAX, KEEP_ALIVE_MS_MAX, LINGER_MS_MAX, READER_STALL_MS_MAX } from './http-limits.ts'
import { sweepConnection, type WatchedConnection } from './sweep-connections.ts'

const NOW = 1_000_000

const watched = (facts: Partial<WatchedConnection>) => {
  const done: string[] = []
  const connection = {
    place: 'head',
    isIdle: false,
    isPaused: false,
    sinceMs: NOW,
    body: undefined,
    bodyBytesBefore: 0,
    blockedSinceMs: 0,
    refuseSlow: ({ status }: { status: number }) => void done.push(String(status)),
    cut: (why?: string) => void done.push(why ?? 'cut'),
    ...facts,
  } as WatchedConnection
  const at = (ms: number) => {
    sweepConnection(connection, NOW + ms)
    return done.splice(0)
  }
  return { connection, at }
}
const body = (bytes: number, ended = false) => ({ bytes, ended }) as NonNullable<WatchedConnection['body']>

test('a head that drips is refused, an idle connection is left alone for longer', () => {
  const dripping = watched({})
  expect([dripping.at(HEAD_MS_MAX), dripping.at(HEAD_MS_MAX + 1)]).toEqual([[], ['408']])
  const idle = watched({ isIdle: true })
  expect([idle.at(HEAD_MS_MAX + 1), idle.at(KEEP_ALIVE_MS_MAX + 1)]).toEqual([[], ['cut']])
})

test('a body that drips is refused, one that comes is not, nor one that we hold back', () => {
  const dripping = watched({ place: 'exchange', body: body(BODY_WINDOW.bytesMin - 1) })
  expect(dripping.at(BODY_WINDOW.ms + 1)).toEqual(['408'])
  const coming = watched({ place: 'exchange', body: body(BODY_WINDOW.bytesMin) })
  expect(coming.at(BODY_WINDOW.ms + 1)).toEqual([])
  expect(coming.at(BODY_WINDOW.ms + 2)).toEqual([]) // a new window has begun
  expect(coming.at(2 * BODY_WINDOW.ms + 3)).toEqual(['408']) // in which nothing came
  const heldBack = watched({ place: 'exchange', body: body(0), isPaused: true })
  expect(heldBack.at(BODY_WINDOW.ms + 1)).toEqual([])
  const waiting = watched({ place: 'exchange', body: body(0, true) })
  expect(waiting.at(100 * BODY_WINDOW.ms)).toEqual([])
})

test('a reader that takes nothing is cut in every place, and so is one that lingers', () => {
  for (const place of ['exchange', 'tunnel', 'lingering'] as const) {
    const stalled = watched({ place, blockedSinceMs: NOW })
    expect([stalled.at(READER_STALL_MS_MAX + 1)]).toEqual([['stalled']])
  }
  expect(watched({ place: 'lingering' }).at(LINGER_MS_MAX + 1)).toEqual(['cut'])
  // It still reads the end of its answer, and takes its time.
  expect(watched({ place: 'lingering', blockedSinceMs: NOW + LINGER_MS_MAX }).at(LINGER_MS_MAX + 1)).toEqual([])
  expect(watched({ place: 'tunnel' }).at(1e9)).toEqual([])
})
