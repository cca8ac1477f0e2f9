import { expect, test } from 'bun:test'
import { textFeatures } from './text-features.ts'

const wordsOf = (text: string) => textFeatures(text).words
const shared = (one: string, other: string) => {
  const words = new Set(wordsOf(one))
  return [...new Set(wordsOf(other))].filter((word) => words.has(word))
}

test('case, width, accents and endings make no other word', () => {
  expect(wordsOf('The ＯBserver’s café observing')).toContain('observ')
  expect(wordsOf('The observer’s café observing')).toEqual(['observ', 'cafe', 'observ'])
  expect(wordsOf('Привет мир')).toEqual(['привет', 'мир'])
})

test('unspaced scripts give characters and pairs of them, and nothing across a word of another script', () => {
  expect(wordsOf('彗星尾')).toEqual(['彗', '彗星', '星', '星尾', '尾'])
  expect(wordsOf('彗comet星')).toEqual(['彗', 'comet', '星'])
  expect(textFeatures('彗星').grams).toEqual([])
})

test('Chinese words of questions are no terms, and characters inside other words are found by their pairs', () => {
  expect(wordsOf('彗星是什么')).toEqual(['彗', '彗星', '星'])
  expect(wordsOf('和平')).toEqual(['和平', '平'])
})

test('pairs are two words that follow each other, stop words left out', () => {
  expect(textFeatures('blue comet').pairs).toEqual(['blue comet'])
  expect(textFeatures('tail of the comet').pairs).toEqual(['tail comet'])
  expect(textFeatures('blue 彗星 comet').pairs).toEqual([])
})

test('grams are four characters with borders, each with the number its word has', () => {
  expect(textFeatures('comet')).toMatchObject({ grams: ['#com', 'come', 'omet', 'met#'], gramCounts: [4, 4, 4, 4] })
  expect(textFeatures('up x')).toMatchObject({ grams: ['#up#', '#x#'], gramCounts: [1, 1] })
})

test('a name is found with its hyphen and without, in capitals or not', () => {
  for (const [one, other] of [
    ['IL-2', 'IL2'],
    ['IL-2', 'il2'],
    ['PD-1 blockade', 'anti PD1'],
    ['NSAIDs', 'an NSAID'],
    ['GPT-4o', 'gpt4o'],
    ['RTX 4090Ti', '4090 ti'],
  ] as const) {
    expect([one, other, shared(one, other).length > 0]).toEqual([one, other, true])
  }
})

test('a name counts more than a word: that a chunk holds it says more', () => {
  expect(wordsOf('HDL falls')).toEqual(['hdl', 'hdl', 'fall'])
  expect(wordsOf('Paris falls')).toEqual(['pari', 'fall'])
  expect(wordsOf('in 1990 or 2021-12-29')).toEqual(['1990', '2021', '12', '29'])
})

test('a stop word in capitals is a name, unless all of the text is in capitals', () => {
  expect(wordsOf('Who leads the WHO?')).toEqual(['who', 'lead'])
  expect(wordsOf('WHO IS IT')).toEqual([])
})

test('letters and digits written together are found apart', () => {
  expect(wordsOf('area51')).toEqual(expect.arrayContaining(['area51', 'area', '51']))
  expect(shared('100mg', '100 mg')).toEqual(['100', 'mg'])
  const key = 'a1b2c3d4e5f6a7b8c9d0a1b2c3d4'
  expect(wordsOf(key)).toEqual([key])
})

test('a Greek letter is found by its name, and words in Greek stay Greek', () => {
  expect(shared('TNFα', 'TNF-alpha')).toEqual(expect.arrayContaining(['tnf', 'alpha', 'tnfalpha']))
  expect(shared('β-cell', 'beta cells')).toEqual(['beta', 'cell'])
  expect(shared('5 µm', '5 μm')).toContain('mum')
  expect(wordsOf('κομήτης')).toEqual(['κομήτης'])
})
