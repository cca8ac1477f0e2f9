import { expect, test } from 'bun:test'
import { textFeatures } from '../segments/text-features.ts'
import { loadLanguage } from './language-rules.ts'
import { STEMMING_LANGUAGES, type StemmingLanguage, stemmingOf } from './stemming-language.ts'

const wordsOf = async (language: StemmingLanguage, text: string) =>
  textFeatures(text, await loadLanguage(language)).words

test('the endings of a base are those of its language, and English ones for every other', () => {
  expect(['de', 'de-AT', 'PT-br', 'none', 'en-GB', 'auto', 'zh', 'sv', 'deu'].map(stemmingOf)).toEqual([
    'de',
    'de',
    'pt',
    'none',
    'en',
    'en',
    'en',
    'en',
    'en',
  ])
})

test.each([
  ['de', 'Häuser Haus Hauses', ['haus', 'haus', 'haus']],
  ['de', 'Straße strasse', ['strass', 'strass']],
  ['fr', 'chevaux cheval', ['cheval', 'cheval']],
  ['fr', 'œuvres oeuvre', ['oeuvr', 'oeuvr']],
  ['es', 'canciones canción', ['cancion', 'cancion']],
  ['it', 'lavoratori lavoratore', ['lavor', 'lavor']],
  ['pt', 'nações nação', ['nac', 'nac']],
  ['nl', 'boeken boek', ['boek', 'boek']],
  ['none', 'Häuser houses', ['hauser', 'houses']],
] as const)('%s: %s', async (language, text, expected) => {
  const words = await wordsOf(language, text)
  for (const word of new Set(expected)) {
    const count = expected.filter((each) => each === word).length
    expect(words.filter((each) => each.startsWith(word)).length).toBeGreaterThanOrEqual(count)
  }
})

test.each([
  ['de', 'Wie kündigt man die Verträge für Häuser?', 'wie kundigt man die vertrage fur hauser'],
  ['fr', 'Comment résilier un élève ?', 'comment resilier un eleve'],
  ['fr', 'Il a été résilié', 'il a ete resilie'],
  ['es', '¿Cuál es la canción más rápida?', 'cual es la cancion mas rapida'],
  ['it', 'Qual è la città più grande?', 'qual e la citta piu grande'],
  ['pt', 'Quais são as nações?', 'quais sao as nacoes'],
  ['nl', 'Waar zijn de coöperaties?', 'waar zijn de cooperaties'],
] as const)('%s: a question without its accents finds the same words: %s', async (language, accented, plain) => {
  const held = new Set(await wordsOf(language, accented))
  const asked = await wordsOf(language, plain)
  expect(asked.filter((word) => !held.has(word))).toEqual([])
  expect(asked.length).toBeGreaterThan(0)
})

test.each([
  ['de', 'Wann wird welches Medikament verschrieben?', 2],
  ['fr', "Qu'est-ce que l'hôpital et quand ?", 1],
  ['es', '¿Qué es y dónde está la biblioteca?', 2],
  ['it', "Dov'è l'ospedale e che cosa fa?", 2],
  ['pt', 'Qual é e onde fica o hospital?', 2],
  ['nl', 'Wat is het en waar staat het ziekenhuis?', 2],
] as const)('%s: the words of which a question is made do not count: %s', async (language, question, count) => {
  const words = new Set(await wordsOf(language, question))
  expect(words.size).toBeLessThanOrEqual(count)
})

test('an article that is written together with its word is no part of it', async () => {
  expect(await wordsOf('fr', "l'été d’avril, jusqu'à Paris aujourd'hui")).toEqual([
    ...['ete', 'avril', 'paris', "aujourd'hui"],
  ])
  expect(await wordsOf('it', "dell'arte")).toEqual(['arte'])
})

test('names are found however they are written, and other scripts alike, in all languages', async () => {
  for (const language of STEMMING_LANGUAGES) {
    for (const [one, other] of [
      ['IL-2', 'IL2'],
      ['TNFα', 'TNF-alpha'],
      ['100mg', '100 mg'],
    ] as const) {
      const held = await wordsOf(language, one)
      expect([language, one, (await wordsOf(language, other)).some((word) => held.includes(word))]).toEqual([
        ...[language, one, true],
      ])
    }
    expect(await wordsOf(language, '彗星 Привет 100')).toEqual(['彗', '彗星', '星', 'привет', '100'])
  }
})

test('a process that no base in another language was asked of has loaded no stemmer but the English one', async () => {
  const source = await Bun.file(`${import.meta.dir}/language-rules.ts`).text()
  const imports = new Bun.Transpiler({ loader: 'ts' }).scanImports(source)
  const stemmers = imports.filter(({ path }) => path.startsWith('@orama/stemmers'))
  expect(stemmers).toHaveLength(6)
  expect(stemmers.every(({ kind }) => kind === 'dynamic-import')).toBe(true)
})
