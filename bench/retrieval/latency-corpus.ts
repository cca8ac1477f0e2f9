import { seededRandom } from '../../shared/testing/seeded-random.ts'

/** A chunk of made-up text with a vector, as a reader and an embedding model would give it. */
export interface BenchChunk {
  /** 1, 2, … */
  id: number
  documentNumber: number
  text: string
  vector: Float32Array
}

export interface BenchQuery {
  text: string
  vector: Float32Array
}

export const DIMENSIONS = 384
export const CHUNKS_PER_DOCUMENT = 10
/** Three chunks of five are English. */
const ENGLISH_OF_FIVE = 3
const ENGLISH_CHARACTERS = 1_260
const CHINESE_CHARACTERS = 220
/** Exponent and offset of word frequencies (Zipf and Mandelbrot), and how many words there are: the vocabulary goes on growing with the text. */
const WORD_EXPONENT = 1.2
const WORD_OFFSET = 2.7
const WORDS = 2_000_000
/** Share of a document's words that are of its subject, and how many such words it has. */
const SUBJECT_SHARE = 0.25
const SUBJECT_WORDS = 60
const CLUSTERS = 500
const CHARACTERS_USED = 4_000
const FIRST_CHARACTER = 0x4e00

const FREQUENT = (
  'the of and in to a is that for with as was by on are be from this at which or we not have an were it has these their can been between but more ' +
  'also may than other two both into study results using cells used patients data showed effect group found during high model after analysis'
).split(' ')
const ONSETS = 'b c d f g h l m n p r s t v w br ch cl cr dr fl gr ph pl pr sc sh sp st th tr'.split(' ')
const NUCLEI = 'a e i o u ai ea ia io ou y'.split(' ')
const CODAS = ['', '', '', 'n', 'r', 's', 't', 'l', 'm', 'x', 'c', 'nt', 'st']

/** The same chunks and queries for the same seed, one after the other, so that they need not all be held at once. */
export const createLatencyCorpus = (chunkCount: number, seed = 7) => {
  const random = seededRandom(seed)
  const centres = Array.from({ length: CLUSTERS }, () => gaussian(random, 1))
  const sentences: BenchQuery[] = []

  return {
    *chunks(): Generator<BenchChunk> {
      let subject: number[] = []
      for (let index = 0; index < chunkCount; index++) {
        if (index % CHUNKS_PER_DOCUMENT === 0) {
          subject = Array.from({ length: SUBJECT_WORDS }, () => FREQUENT.length + wordRank(random))
        }
        const rank = () =>
          random() < SUBJECT_SHARE ? (subject[Math.floor(random() * SUBJECT_WORDS)] ?? 0) : wordRank(random)
        const isEnglish = index % 5 < ENGLISH_OF_FIVE
        const text = isEnglish ? english(rank) : chinese(rank)
        const vector = unit(near(random, centres[Math.floor(random() * CLUSTERS)] ?? [], 1))
        if (random() < 400 / chunkCount) {
          sentences.push({ text: asked(text, isEnglish, random), vector: unit(near(random, vector, 0.02)) })
        }
        yield { id: index + 1, documentNumber: Math.floor(index / CHUNKS_PER_DOCUMENT) + 1, text, vector }
      }
    },
    /** Sentences out of the chunks with some words exchanged; known once the chunks were all read. */
    queries: (): BenchQuery[] => sentences,
  }
}

/** Rank of a word, from 0 on, drawn by inverting the continuous form of its distribution. */
const wordRank = (random: () => number): number => {
  const power = 1 - WORD_EXPONENT
  const first = WORD_OFFSET ** power
  const last = (WORD_OFFSET + WORDS) ** power
  return Math.floor((first - random() * (first - last)) ** (1 / power) - WORD_OFFSET)
}

const english = (rank: () => number): string => {
  let text = ''
  let sentence = 0
  while (text.length < ENGLISH_CHARACTERS) {
    sentence += 1
    const ends = sentence % 22 === 0
    text += `${word(rank())}${ends ? '. ' : ' '}`
  }
  return text
}

/** Frequent ones are real, so that stop words are met as often as in real text; the rest is spelled from the rank. */
const word = (rank: number): string => {
  const frequent = FREQUENT[rank]
  if (frequent !== undefined) return frequent
  let rest = rank - FREQUENT.length + 40
  let spelled = ''
  while (rest > 0) {
    spelled += ONSETS[rest % ONSETS.length]
    rest = Math.floor(rest / ONSETS.length)
    spelled += NUCLEI[(rest + spelled.length) % NUCLEI.length]
    rest = Math.floor(rest / NUCLEI.length)
    spelled += CODAS[rest % CODAS.length]
    rest = Math.floor(rest / CODAS.length)
  }
  return spelled
}

const chinese = (rank: () => number): string => {
  let text = ''
  let words = 0
  while (text.length < CHINESE_CHARACTERS) {
    words += 1
    text += `${chineseWord(rank())}${words % 14 === 0 ? '，' : ''}`
  }
  return text
}

/** One character for the most frequent words, two for most, three for rare ones. */
const chineseWord = (rank: number): string => {
  const character = (number: number) =>
    String.fromCharCode(FIRST_CHARACTER + (((number * 2_654_435_761) >>> 0) % CHARACTERS_USED))
  if (rank < 60) return character(rank)
  const two = character(rank % 977) + character(Math.floor(rank / 7))
  return rank < 30_000 ? two : two + character(rank % 3_001)
}

/** Some words in a row as a question has them: a few are other words. */
const asked = (text: string, isEnglish: boolean, random: () => number): string => {
  if (!isEnglish) {
    const start = Math.floor(random() * (CHINESE_CHARACTERS - 20))
    return text.slice(start, start + 14)
  }
  const words = text.split(' ')
  const start = Math.floor(random() * (words.length - 16))
  return words
    .slice(start, start + 12)
    .map((each) => (random() < 0.2 ? word(wordRank(random)) : each))
    .join(' ')
}

const gaussian = (random: () => number, scale: number): number[] =>
  Array.from({ length: DIMENSIONS }, () => scale * (random() + random() + random() - 1.5))

const near = (random: () => number, centre: ArrayLike<number>, scale: number): Float32Array =>
  Float32Array.from(
    { length: DIMENSIONS },
    (_, at) => (centre[at] ?? 0) + scale * (random() + random() + random() - 1.5),
  )

const unit = (vector: Float32Array): Float32Array => {
  const length = Math.sqrt(vector.reduce((sum, number) => sum + number * number, 0))
  return vector.map((number) => number / length)
}
