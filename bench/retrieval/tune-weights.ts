/**
 * Chooses the numbers of `services/knowledge/retrieval/segments/bm25.ts` by cross-validation, and says what they are worth on questions that had no
 * part in the choice.
 *
 * `bun bench/retrieval/tune-weights.ts <scifact-train.json[.gz]>`: five times, the claims are dealt into five folds; claims about the same paper
 * come into the same fold, as many are the negation of another. The configuration that is best on four folds is judged on the fifth.
 */
import { CURVE, FIELD_WEIGHTS, GRAM_DAMPING } from '../../services/knowledge/retrieval/segments/bm25.ts'
import { FIELDS, textFeatures } from '../../services/knowledge/retrieval/segments/text-features.ts'
import { seededRandom } from '../../shared/testing/seeded-random.ts'
import {
  createFieldIndex,
  discountedGain,
  type JudgedQuestion,
  mean,
  showDifference,
  showMean,
  sumWeights,
} from './judged-ranking.ts'
import { readScifact } from './read-scifact.ts'

interface Configuration {
  saturation: number
  lengthWeight: number
  damping: number
  pairs: number
  grams: number
}

const FOLDS = 5
const REPETITIONS = 5
/** Texts of a question that configurations put in order: the best by the shipped one. */
const CANDIDATES = 250
const GRID = {
  saturation: [CURVE.saturation],
  lengthWeight: [CURVE.lengthWeight],
  damping: [0, 0.25, 0.5],
  pairs: [0, 0.15, 0.3],
  grams: [0, 0.2, 0.4, 0.6, 0.8],
}
const SHIPPED: Configuration = { ...CURVE, damping: GRAM_DAMPING, pairs: FIELD_WEIGHTS[1], grams: FIELD_WEIGHTS[2] }

const { texts, questions } = await readScifact(process.argv[2] ?? '')
const features = texts.map((text) => textFeatures(text))
const fields = FIELDS.map((name) => createFieldIndex(features.map((each) => each[name])))
const asked = questions.map(({ text }) => textFeatures(text))

/** Places of a question's candidates are the same for all configurations. */
const candidatesOf = questions.map((_, number) => {
  const total = combine(scoreTexts(number, SHIPPED), SHIPPED)
  return [...total.keys()].sort((a, b) => (total[b] ?? 0) - (total[a] ?? 0)).slice(0, CANDIDATES)
})

const shipped = judge([SHIPPED])[0]?.gains ?? []
const judged = judge(combinations())
const held = crossValidate(judged)
const best = judged.reduce((one, other) => (mean(other.gains) > mean(one.gains) ? other : one))

console.log(`${texts.length} texts, ${questions.length} claims, ${judged.length} configurations\n`)
console.log('| configuration | nDCG@10 (95 %) | beside the shipped one |\n|---|---|---|')
console.log(`| shipped: ${show(SHIPPED)} | ${showMean(shipped)} | |`)
console.log(`| chosen on four folds, judged on the fifth | ${showMean(held)} | ${showDifference(held, shipped)} |`)
console.log(
  `| best on all claims: ${show(best.configuration)} | ${showMean(best.gains)} | ${showDifference(best.gains, shipped)} |`,
)
for (const [name, pairs, grams] of [
  ['words alone', 0, 0],
  ['without pairs', 0, SHIPPED.grams],
  ['without grams', SHIPPED.pairs, 0],
] as const) {
  const { damping } = SHIPPED
  const found = judged.find(({ configuration: c }) => c.pairs === pairs && c.grams === grams && c.damping === damping)
  if (found) console.log(`| ${name} | ${showMean(found.gains)} | ${showDifference(found.gains, shipped)} |`)
}

function combinations(): Configuration[] {
  return GRID.saturation.flatMap((saturation) =>
    GRID.lengthWeight.flatMap((lengthWeight) =>
      GRID.damping.flatMap((damping) =>
        GRID.pairs.flatMap((pairs) => GRID.grams.map((grams) => ({ saturation, lengthWeight, damping, pairs, grams }))),
      ),
    ),
  )
}

/** nDCG@10 of each question by each configuration. */
function judge(configurations: readonly Configuration[]): { configuration: Configuration; gains: Float32Array }[] {
  const results = configurations.map((configuration) => ({ configuration, gains: new Float32Array(questions.length) }))
  for (const group of Map.groupBy(
    results,
    ({ configuration: c }) => `${c.saturation} ${c.lengthWeight} ${c.damping}`,
  ).values()) {
    const curve = group[0]?.configuration ?? SHIPPED
    for (const [number, question] of questions.entries()) {
      const { scores, grades } = scoreCandidates(number, question, curve)
      for (const { configuration, gains } of group)
        gains[number] = discountedGain(combine(scores, configuration), grades)
    }
  }
  return results
}

/** Scores of all texts by each field. */
function scoreTexts(number: number, curve: Configuration): Float64Array[] {
  const { gramCounts, ...terms } = asked[number] ?? textFeatures('')
  return FIELDS.map((name, field) => {
    const sums = new Float64Array(texts.length)
    const damped = (at: number) => (gramCounts[at] ?? 1) ** -curve.damping
    fields[field]?.add(sums, sumWeights(terms[name], name === 'grams' ? damped : undefined), curve)
    return sums
  })
}

/** Scores by each field of a question's candidates, and its grades by place among them; right texts that are none keep their grade in the ideal. */
function scoreCandidates(number: number, { grades }: JudgedQuestion, curve: Configuration) {
  const candidates = candidatesOf[number] ?? []
  const places = new Map(candidates.map((text, place) => [text, place]))
  let beyond = CANDIDATES
  return {
    scores: scoreTexts(number, curve).map((sums) => Float64Array.from(candidates, (text) => sums[text] ?? 0)),
    grades: new Map(Array.from(grades, ([text, grade]) => [places.get(text) ?? beyond++, grade])),
  }
}

function combine(
  [words, pairs, grams]: readonly Float64Array[],
  weights: { pairs: number; grams: number },
): Float64Array {
  return (words ?? new Float64Array()).map(
    (score, at) => score + weights.pairs * (pairs?.[at] ?? 0) + weights.grams * (grams?.[at] ?? 0),
  )
}

/** Each question by the configuration that was best on the folds without it, averaged over the repetitions. */
function crossValidate(results: ReturnType<typeof judge>): Float32Array {
  const gains = new Float32Array(questions.length)
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const folds = dealFolds(repetition + 1)
    for (let fold = 0; fold < FOLDS; fold++) {
      const sumElsewhere = (each: Float32Array) =>
        each.reduce((sum, gain, at) => (folds[at] === fold ? sum : sum + gain), 0)
      const chosen = results
        .map((result) => ({ ...result, elsewhere: sumElsewhere(result.gains) }))
        .reduce((one, other) => (other.elsewhere > one.elsewhere ? other : one))
      for (const [at, its] of folds.entries()) {
        if (its === fold) gains[at] = (gains[at] ?? 0) + (chosen.gains[at] ?? 0) / REPETITIONS
      }
    }
  }
  return gains
}

/** The fold of each question; questions that share a right text, directly or through others, have the same. */
function dealFolds(seed: number): number[] {
  const random = seededRandom(seed)
  const leaders = questions.map((_, number) => number)
  const leaderOf = (number: number): number => {
    const leader = leaders[number] ?? number
    return leader === number ? number : leaderOf(leader)
  }
  const firstWith = new Map<number, number>()
  for (const [number, { grades }] of questions.entries()) {
    for (const text of grades.keys()) {
      const first = firstWith.get(text)
      if (first === undefined) firstWith.set(text, number)
      else leaders[leaderOf(number)] = leaderOf(first)
    }
  }
  const folds = new Map<number, number>()
  return questions.map((_, number) => {
    const leader = leaderOf(number)
    const fold = folds.get(leader) ?? Math.floor(random() * FOLDS)
    folds.set(leader, fold)
    return fold
  })
}

function show({ saturation, lengthWeight, damping, pairs, grams }: Configuration): string {
  return `k1 ${saturation}, b ${lengthWeight}, damping ${damping}, pairs ${pairs}, grams ${grams}`
}
