import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { seededRandom } from '../../shared/testing/seeded-random.ts'
import type { SampleFile } from './sample-files.ts'

/** About what the abstract of a paper has. */
const WORDS_OF_TEXT = 210
const WORDS_OF_SENTENCE = 18
const WORD = /[A-Za-z][a-z'-]+/g

/** Text files of some 1,400 characters, as notes, abstracts and tickets are; no round repeats one of another. */
export const makeSampleTexts = (round: number, count: number): SampleFile[] => {
  const words = readFileSync(resolve(import.meta.dir, '../../ARCHITECTURE.md'), 'utf8').match(WORD) ?? []
  const random = seededRandom(round + 1)
  const sentence = () =>
    `${Array.from({ length: WORDS_OF_SENTENCE }, () => words[Math.floor(random() * words.length)]).join(' ')}.`
  return Array.from({ length: count }, (_, number) => {
    const sentences = Array.from({ length: Math.ceil(WORDS_OF_TEXT / WORDS_OF_SENTENCE) }, sentence)
    const text = `Note ${round} ${number}\n\n${sentences.join(' ')}\n`
    return { name: `note-${round}-${number}.txt`, pages: 0, bytes: new Uint8Array(Buffer.from(text)) }
  })
}
