/** Prints what documents come to while the process that reads them is killed at random points. `reading.ts [rounds]`; see README.md beside this file. */
import { runReadingRounds } from '../../services/knowledge/test/chaos/reading-rounds.ts'
import { runBench } from './run-bench.ts'

await runBench(runReadingRounds, {
  rows: ({ uploads, versions, edits, retries, unknown, pictures, askedAgain }) => [
    ['documents acknowledged', uploads],
    ['versions acknowledged', versions],
    ['edited chunks acknowledged', edits],
    ['retries acknowledged', retries],
    ['requests without an answer', unknown],
    ['pictures that a model read', pictures],
    ['of these asked for again, by a retry or a death before the answer was stored', askedAgain],
  ],
  wrong: 'documents, chunks, edits or pages that are wrong',
})
