import type { KnowledgeIndex } from '../retrieval/knowledge-index.ts'
import { EVERYWHERE, type IndexWorld, type LiveChunk, type NamedHit, vectorOf, WORDS } from './index-world.ts'

/** Words whose meaning is asked for, and words that are asked for by themselves: all would take minutes with every mutant. */
const MEANINGS = 2
const SINGLE_WORDS = 4
/** Nearest chunks that are asked for. */
const NEAREST = 7
/** What rounding each number of a vector to a byte may change in a cosine. */
const COSINE_TOLERANCE = 0.02

/** Where an index's answers and the chunks that are alive part, found by looking at each chunk. One line each; empty when all is right. */
export const differencesOf = async (world: IndexWorld, index: KnowledgeIndex): Promise<string[]> => [
  ...(await differencesOfWords(world, index)),
  ...(await differencesOfOrder(world, index)),
  ...(await differencesOfMeaning(world, index)),
]

const differencesOfWords = async (world: IndexWorld, index: KnowledgeIndex): Promise<string[]> => {
  const { baseIds, documentIds } = world
  const questions = [
    { text: EVERYWHERE, baseIds },
    ...baseIds.map((baseId) => ({ text: EVERYWHERE, baseIds: [baseId] })),
    ...documentIds.map((documentId) => ({ text: EVERYWHERE, baseIds, documentId })),
    ...WORDS.slice(-SINGLE_WORDS).map((text) => ({ text, baseIds })),
  ]
  const wrong: string[] = []
  for (const question of questions) {
    const hits = await world.askWords(index, question.text, question)
    const wanted = [...world.live.values()].filter(
      (chunk) =>
        question.baseIds.includes(chunk.baseId) &&
        (!('documentId' in question) || chunk.documentId === question.documentId) &&
        chunk.content.includes(question.text),
    )
    if (!Bun.deepEquals(namesOf(hits), wanted.map(nameOf).sort())) {
      wrong.push(`words ${JSON.stringify(question)}: ${hits.length} found, ${wanted.length} are there`)
    }
    const strange = hits.filter(({ baseId, chunk }) => chunk?.baseId !== baseId).length
    if (strange > 0) wrong.push(`words ${JSON.stringify(question)}: ${strange} hits are said to be of another base`)
  }
  return wrong
}

/** A chunk that holds both words of a question comes before all that hold one. */
const differencesOfOrder = async (world: IndexWorld, index: KnowledgeIndex): Promise<string[]> => {
  const [one = '', other = ''] = WORDS
  const hits = await world.askWords(index, `${one} ${other}`, { baseIds: world.baseIds })
  const held = hits.map(({ chunk }) => [one, other].filter((word) => chunk?.content.includes(word)).length)
  const wrong = held.some((count, at) => count < (held[at + 1] ?? 0)) ? [`order of hits: ${held.join(' ')}`] : []
  const isFalling = hits.every(({ score }, at) => score >= (hits[at + 1]?.score ?? 0) && score > 0 && score <= 1)
  return isFalling ? wrong : [...wrong, 'scores do not fall from 1 to 0']
}

const differencesOfMeaning = async (world: IndexWorld, index: KnowledgeIndex): Promise<string[]> => {
  const wrong: string[] = []
  for (const documentId of [undefined, ...world.documentIds]) {
    for (const text of WORDS.slice(0, MEANINGS)) {
      const question = { limit: NEAREST, ...(documentId === undefined ? {} : { documentId }) }
      const hits = await world.askMeaning(index, text, question)
      const cosines = [...world.live.values()]
        .filter((chunk) => documentId === undefined || chunk.documentId === documentId)
        .map((chunk) => cosine(text, chunk))
        .filter((each) => each > 0)
        .sort((a, b) => b - a)
      const complaint = compareCosines(text, hits, cosines.slice(0, NEAREST))
      if (complaint) wrong.push(`meaning of ${text} in ${documentId ?? 'all'}: ${complaint}`)
      const strange = hits.filter(({ chunk }) => documentId !== undefined && chunk?.documentId !== documentId).length
      if (strange > 0) wrong.push(`meaning of ${text} in ${documentId}: ${strange} hits of other documents`)
    }
  }
  return wrong
}

/** Chunks of nearly the same cosine may change places; their cosines may not differ, nor may one be named that is not there. */
const compareCosines = (text: string, hits: readonly NamedHit[], wanted: readonly number[]): string | undefined => {
  const sure = wanted.filter((each) => each > COSINE_TOLERANCE).length
  if (hits.length < sure || hits.length > NEAREST) return `${hits.length} found, ${wanted.length} are there`
  for (const [at, { chunk, score }] of hits.entries()) {
    if (!chunk) return 'a chunk is found that is gone'
    if (Math.abs(cosine(text, chunk) - score) > COSINE_TOLERANCE) return `a cosine of ${score} is another`
    if (Math.abs((wanted[at] ?? 0) - score) > COSINE_TOLERANCE) return `${score} in place ${at}, not ${wanted[at]}`
  }
  return new Set(hits.map(({ chunkId }) => chunkId)).size === hits.length ? undefined : 'a chunk is found twice'
}

const cosine = (text: string, { content }: LiveChunk): number => {
  const vector = vectorOf(content)
  return vectorOf(text).reduce((sum, number, at) => sum + number * (vector[at] ?? 0), 0)
}

const nameOf = ({ documentId, key, content }: LiveChunk): string => `${documentId}/${key} ${content}`
const namesOf = (hits: readonly NamedHit[]): string[] =>
  hits.map(({ chunk, chunkId }) => (chunk ? nameOf(chunk) : `gone ${chunkId}`)).sort()
