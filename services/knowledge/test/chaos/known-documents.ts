import type { seededRandom } from '#shared/testing/seeded-random.ts'

const WORDS = 'comet orbit planet tail dust star 彗星 行星 轨道 observe observed moons galaxy telescope lens'.split(' ')

/** What is known of one document. A request that got no answer leaves its outcome open. */
export interface KnownDocument {
  text: string
  /** Undefined until an upload was answered. */
  id: string | undefined
  upload: 'done' | 'unknown'
  deletion: 'none' | 'done' | 'unknown'
}

type Random = ReturnType<typeof seededRandom>

/** A text of some paragraphs that no other document has, of words that all of them share. */
export const writeText = (number: number, random: Random): string => {
  const paragraphs = 1 + Math.floor(random() * 12)
  return Array.from({ length: paragraphs }, (_, index) => {
    const words = Array.from(
      { length: 40 + Math.floor(random() * 60) },
      () => WORDS[Math.floor(random() * WORDS.length)],
    )
    return `document${number} part${index} ${words.join(' ')}.`
  }).join('\n\n')
}

export const QUERIES = [
  'comet',
  'moons galaxy',
  '彗星 轨道',
  'observe telescope lens',
  'document3 part1',
  'dust star tail',
]
