/**
 * Ways to cut text without spaces into terms, compared by how well they rank.
 *
 * `bun bench/retrieval/compare-chinese.ts <reading-comprehension.json>…`: files in SQuAD form. The right answer to a question is the paragraph it was
 * written for. All ways use the product's BM25; text in other scripts gives the product's words in all of them.
 */
import { basename } from 'node:path'
import { textFeatures } from '../../services/knowledge/retrieval/segments/text-features.ts'
import {
  createFieldIndex,
  discountedGain,
  type JudgedQuestion,
  mean,
  showDifference,
  showMean,
  sumWeights,
} from './judged-ranking.ts'
import { readReadingComprehension } from './read-reading-comprehension.ts'

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu

type Cut = (run: string) => string[]
/** Fields that are summed, each with its weight. */
type Way = { cut: Cut; weight: number }[]

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })
const shipped: Cut = (run) => textFeatures(run).words
const characters: Cut = (run) => [...run]
const pairs: Cut = (run) => {
  const all = [...run]
  return all.slice(1).map((character, at) => all[at] + character)
}
const words: Cut = (run) => [...segmenter.segment(run)].map(({ segment }) => segment)
const both =
  (...cuts: Cut[]): Cut =>
  (run) =>
    cuts.flatMap((cut) => cut(run))
const one = (cut: Cut): Way => [{ cut, weight: 1 }]

const PRODUCT = 'the product'
const WAYS: Record<string, Way> = {
  [PRODUCT]: one(shipped),
  'characters and pairs, function words too': one(both(characters, pairs)),
  characters: one(characters),
  pairs: one(pairs),
  'words of Intl.Segmenter': one(words),
  'words and characters': one(both(words, characters)),
  'the product + 0.5 words': [
    { cut: shipped, weight: 1 },
    { cut: words, weight: 0.5 },
  ],
}

for (const path of process.argv.slice(2)) {
  const { texts, questions } = await readReadingComprehension(path)
  console.log(`\n${basename(path)}: ${texts.length} paragraphs, ${questions.length} questions\n`)
  console.log(`| terms | nDCG@10 (95 %) | beside ${PRODUCT} | terms a paragraph |\n|---|---|---|---|`)
  let first: number[] | undefined
  for (const [name, way] of Object.entries(WAYS)) {
    const { gains, terms } = rank(texts, questions, way)
    first ??= gains
    console.log(
      `| ${name} | ${showMean(gains)} | ${gains === first ? '' : showDifference(gains, first)} | ${terms.toFixed(0)} |`,
    )
  }
}

function rank(texts: readonly string[], questions: readonly JudgedQuestion[], way: Way) {
  const cutTexts = way.map(({ cut }) => texts.map((text) => termsOf(text, cut)))
  const fields = cutTexts.map(createFieldIndex)
  const gains = questions.map(({ text, grades }) => {
    const sums = new Float64Array(texts.length)
    for (const [at, { cut, weight }] of way.entries())
      fields[at]?.add(
        sums,
        sumWeights(termsOf(text, cut), () => weight),
      )
    return discountedGain(sums, grades)
  })
  return { gains, terms: cutTexts.reduce((sum, cut) => sum + mean(cut.map((each) => each.length)), 0) }
}

function termsOf(text: string, cut: Cut): string[] {
  const normal = text.normalize('NFKC').toLowerCase()
  return [...(normal.match(UNSPACED) ?? []).flatMap(cut), ...textFeatures(text.replaceAll(UNSPACED, ' ')).words]
}
