import { expect, test } from 'bun:test'
import { toProgress } from './reading-progress.ts'

const row = {
  state: 'reading' as const,
  pagesRead: 50,
  pageCount: 200,
  failedPages: 1,
  readingSince: new Date(1_000),
}

test('the time that is left follows from the pace of this document', () => {
  expect(toProgress(row, 6_000)).toEqual({
    phase: 'reading',
    pagesRead: 50,
    pageCount: 200,
    failedPages: 1,
    pagesPerSecond: 10,
    secondsLeft: 15,
  })
})

test('a document whose reading stands still is told to need longer and longer', () => {
  const [soon, later] = [6_000, 60_000].map((nowMs) => toProgress(row, nowMs).secondsLeft)
  expect(later).toBeGreaterThan((soon ?? 0) * 5)
})

test.each([
  ['before its first page', { ...row, pagesRead: 0 }, 6_000],
  ['before its reader has begun', { ...row, readingSince: null }, 6_000],
  ['when hardly any time has passed', row, 1_050],
  ['while it waits', { ...row, state: 'queued' as const }, 6_000],
  ['while it is indexed', { ...row, state: 'indexing' as const }, 6_000],
  ['once it is ready', { ...row, state: 'ready' as const }, 6_000],
])('nothing is promised %s', (_when, given, nowMs) => {
  expect(toProgress(given, nowMs)).toMatchObject({ pagesPerSecond: null, secondsLeft: null })
})

test('the pace is told but no end while the number of pages is unknown', () => {
  expect(toProgress({ ...row, pageCount: null }, 6_000)).toMatchObject({ pagesPerSecond: 10, secondsLeft: null })
})
