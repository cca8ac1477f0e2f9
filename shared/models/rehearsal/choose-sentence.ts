import { stemmer } from 'stemmer'
import type { Sentence } from './split-sentences.ts'

/** Words that say nothing about a subject. */
const STOP_WORDS = new Set(
  (
    'a an and are as at be by can could did do does for from had has have how i if in is it its me my of on or our shall should so ' +
    'tell that the their them there these they this to us was we were what when where which who why will with would you your about please'
  ).split(' '),
)
const WORD = /[\p{L}\p{N}]+/gu
const HAN_RUN = /[\p{Script=Han}]+/gu
/** Past forms that no stemmer finds, of verbs that questions are made of. */
const IRREGULAR: Readonly<Record<string, string>> = {
  kept: 'keep',
  made: 'make',
  ran: 'run',
  found: 'find',
  sent: 'send',
  lost: 'lose',
  told: 'tell',
  wrote: 'write',
  written: 'write',
  began: 'begin',
  stood: 'stand',
  died: 'die',
  dead: 'die',
}

/**
 * The sentence that shares most with the question: the sum over shared terms of their rarity among the sentences, a little less for long
 * sentences; what only its heading shares counts less. The first one wins a tie. A short one brings the next under its heading along,
 * since it often only announces it. Undefined when nothing is shared. Pure.
 */
export const chooseSentence = (question: string, sentences: readonly Sentence[]): string | undefined => {
  const asked = termsOf(question)
  const termSets = sentences.map(({ text }) => termsOf(text))
  const headingSets = sentences.map(({ heading }) => termsOf(heading))
  const rarity = (term: string) => {
    const holding = termSets.filter((terms) => terms.has(term)).length
    return Math.log(1 + sentences.length / Math.max(holding, 1))
  }
  const scores = termSets.map((terms, index) => {
    const worth = (term: string) => {
      if (terms.has(term)) return rarity(term)
      return headingSets[index]?.has(term) ? rarity(term) * HEADING_WEIGHT : 0
    }
    return [...asked].reduce((sum, term) => sum + worth(term), 0) / (1 + Math.log(1 + terms.size) / 10)
  })
  const best = Math.max(0, ...scores)
  const chosen = best === 0 ? undefined : sentences[scores.indexOf(best)]
  const next = sentences[scores.indexOf(best) + 1]
  if (!chosen?.heading || chosen.text.length > SHORT_CHARS_MAX || next?.heading !== chosen.heading) return chosen?.text
  return `${chosen.text} ${next.text}`
}

const HEADING_WEIGHT = 0.3
const SHORT_CHARS_MAX = 60

const termsOf = (text: string): Set<string> => {
  const terms = new Set<string>()
  for (const run of text.match(HAN_RUN) ?? []) {
    // Pairs of characters; a single one stands alone.
    if (run.length === 1) terms.add(run)
    for (let at = 0; at + 1 < run.length; at++) terms.add(run.slice(at, at + 2))
  }
  for (const word of text.toLowerCase().replace(HAN_RUN, ' ').match(WORD) ?? []) {
    if (!STOP_WORDS.has(word)) terms.add(stem(word))
  }
  return terms
}

const stem = (word: string): string => stemmer(Object.hasOwn(IRREGULAR, word) ? (IRREGULAR[word] ?? word) : word)
