/** Prints what a knowledge base comes to while its process is killed at random points. `main.ts [rounds] [engine]`; see README.md beside this file. */
import { runKillRounds } from '../../services/knowledge/test/chaos/kill-rounds.ts'
import { linkLancedb } from '../../services/knowledge/test/installed-lancedb.ts'
import { runBench } from './run-bench.ts'

const engine = process.argv[3] === 'lancedb' ? 'lancedb' : 'segments'

const run: typeof runKillRounds = async (knowledge, options) => {
  if (engine === 'lancedb') await linkLancedb(knowledge.dataDirectory)
  return runKillRounds(knowledge, { ...options, engine })
}

await runBench(run, {
  rows: ({ uploads, deletions, modelChanges, switches, textsAsked, unknown, segments }) => [
    ['documents acknowledged', uploads],
    ['deletions acknowledged', deletions],
    ['changes of the embedding model acknowledged', modelChanges],
    ['rounds after which another model answers', switches],
    ['texts embedded, by model', textsAsked.distinct],
    ['texts that a model was asked for twice, being in flight at a death', textsAsked.all - textsAsked.distinct],
    ['requests without an answer', unknown],
    ['index files at the end', segments],
  ],
  wrong: 'documents or answers that are wrong',
})
