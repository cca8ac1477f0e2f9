import { expect, test } from 'bun:test'
import { type IngestionsAnswer, renderIngestions } from './render-ingestions.ts'

const progress = {
  ...{ phase: 'reading', pagesRead: 120, pageCount: 300, failedPages: 2 },
  ...{ pagesPerSecond: 12.5, secondsLeft: 75 },
}
const ingestion = { documentId: 'd', baseId: 'manuals', appId: 'starter', name: 'report.pdf', progress }

test('documents are shown with bar, pace and time left', () => {
  const answer: IngestionsAnswer = { ingestions: [ingestion], nextAfter: null }
  expect(renderIngestions(answer).split('\n')[1]?.split(/ {2,}/)).toEqual([
    'report.pdf',
    'manuals',
    'reading',
    '120/300',
    '########............ 40%',
    '12.5 pages/s',
    '1 min 15 s',
    '2',
  ])
})

test('what is not known yet is not made up, and a list that is cut says so', () => {
  const waiting = { phase: 'waiting', pagesRead: 0, pageCount: null, failedPages: 0 }
  const unknown = { ...ingestion, baseId: null, progress: { ...waiting, pagesPerSecond: null, secondsLeft: null } }
  const text = renderIngestions({ ingestions: [unknown], nextAfter: 'd' })
  expect(text.split('\n')[1]?.trim().split(/ {2,}/)).toEqual(['report.pdf', '-', 'waiting', '0', '-', '-', '-', '0'])
  expect(text).toContain('and more')
})

test('nothing to do is told in words', () => {
  expect(renderIngestions({ ingestions: [], nextAfter: null })).toBe('No document is being read.\n')
})
