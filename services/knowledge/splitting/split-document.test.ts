import { describe, expect, test } from 'bun:test'
import type { DocumentText } from '#shared/documents/document-text.ts'
import { findHeadings } from '#shared/documents/read-markdown.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { makeChunks } from '../ingestion/make-chunks.ts'
import { splitDocument } from './split-document.ts'
import {
  CHUNKERS,
  type ChunkerName,
  DEFAULT_SPLITTING,
  LENGTH_MAX_HIGHEST,
  normaliseSplitting,
  PARENTS,
  type SplitSettings,
} from './split-settings.ts'

const CASES = 150
/** A word that is in the text once, so that what became of it can be told. */
const TOKEN = /tok\d+en/g

/** Documents of all that chunkers look for, in random order. */
const randomDocument = (seed: number): DocumentText => {
  const random = seededRandom(seed)
  const below = (count: number) => Math.floor(random() * count)
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item
  let tokens = 0
  const token = () => {
    tokens += 1
    return `tok${tokens}en`
  }
  const words = (count: number) =>
    Array.from({ length: count }, () =>
      pick([token, token, () => '知识库检索。', () => '😀😀', () => 'é', () => 'x'.repeat(below(70)), () => 'end.'])(),
    ).join(pick([' ', ' ', '']))
  const blocks: (() => string)[] = [
    () => words(below(40)),
    () => `${'#'.repeat(1 + below(4))} ${token()}${pick(['', '?'])}`,
    () => `Q: ${token()}?\nA: ${words(8)}`,
    () => `问：${token()}？答：${words(3)}`,
    () => `**${token()}?**\n${words(10)}`,
    () => `${token()} ${token()}?\n\n${words(5)}`,
    () =>
      `| ${token()} | name |\n| --- | --- |\n${Array.from({ length: 1 + below(4) }, () => `| ${token()} | ${words(below(12)).replaceAll('\n', ' ')} |`).join('\n')}`,
    () => '```\nfunction a() {\n  return tok() // it’s\n}\n\n```'.replace('tok()', token()),
    () => `class ${token()} {\n  run() {\n    ${words(6)}\n  }\n\n  stop() { '${token()}' }\n}`,
    () => `    ${words(4)}\n\t\n  `,
    () => '',
  ]
  let text = ''
  const pageStarts: number[] = random() < 0.5 ? [0] : []
  for (let count = 1 + below(14); count > 0; count--) {
    if (pageStarts.length > 0 && random() < 0.4) pageStarts.push(text.length)
    text += `${pick(blocks)()}${pick(['\n\n', '\n', '\n \n\n'])}`
  }
  return { text, headings: random() < 0.7 ? findHeadings(text) : [], pageStarts }
}

const randomSettings = (chunker: ChunkerName, seed: number): SplitSettings => {
  const random = seededRandom(seed)
  const lengthMax = 3 + Math.floor(random() * 200)
  return normaliseSplitting({
    chunker,
    lengthMin: Math.floor(random() * lengthMax),
    lengthMax,
    overlap: random() < 0.6 ? 0 : Math.floor(random() * 40),
    separators: random() < 0.7 ? [] : ['。'],
    cutOff: random() < 0.8 ? [] : ['end.'],
    titleSplit: random() < 0.5,
    headingDepth: 1 + Math.floor(random() * 4),
    parentBy: PARENTS[Math.floor(random() * 3)] ?? 'length',
    parentLengthMax: lengthMax + Math.floor(random() * 400),
  })
}

const casesOf = (chunker: ChunkerName) =>
  Array.from({ length: CASES }, (_, seed) => {
    const document = randomDocument(seed)
    const settings = randomSettings(chunker, seed + 1_000)
    return { seed, document, settings, pieces: splitDocument(document, settings) }
  })

const tokensOf = (text: string): string[] => text.match(TOKEN) ?? []

describe.each(CHUNKERS.map((chunker) => [chunker] as const))(
  '%s, for many random documents and settings',
  (chunker) => {
    const cases = casesOf(chunker)

    test('no word is lost', () => {
      // In chunks shorter than words there is no word left to look for; what becomes of those is shown below.
      for (const { seed, document, pieces } of cases.filter(({ settings }) => settings.lengthMax >= 60)) {
        const shown = new Set(
          pieces.flatMap(({ title, content, context }) => tokensOf(`${title}\n${content}\n${context ?? ''}`)),
        )
        const cut = new Set(tokensOf(document.text).filter((token) => isCut(token, document.text, pieces)))
        const lost = tokensOf(document.text).filter((token) => !shown.has(token) && !cut.has(token))
        expect([seed, lost]).toEqual([seed, []])
      }
    })

    test('chunks come in reading order, are not empty, and lie within the text', () => {
      for (const { document, pieces } of cases) {
        let before = 0
        for (const { start, end, content } of pieces) {
          expect(start).toBeGreaterThanOrEqual(before)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(document.text.length)
          expect(content.trim()).not.toBe('')
          before = start
        }
      }
    })

    test('contents and contexts keep to their limits', () => {
      for (const { settings, pieces } of cases) {
        const limits = limitsOf(chunker, settings)
        for (const { content, context } of pieces) {
          // Code is not cut within a line.
          const isLine = chunker === 'code' && !content.includes('\n')
          expect(content.length).toBeLessThanOrEqual(isLine ? LENGTH_MAX_HIGHEST : limits.content)
          expect(context?.length ?? 0).toBeLessThanOrEqual(limits.context)
          expect(context).not.toBe(content)
        }
      }
    })

    test('no chunk is cut through a character', () => {
      for (const { pieces } of cases) {
        for (const { content, context, title } of pieces) {
          expect([content, context ?? '', title].every((text) => text.isWellFormed())).toBe(true)
        }
      }
    })

    test('the same document and settings give the same chunks', () => {
      for (const { document, settings, pieces } of cases) {
        expect(splitDocument(structuredClone(document), structuredClone(settings))).toEqual(pieces)
      }
    })

    test('the pages of a chunk are those on which its words stand', () => {
      for (const { seed, document, settings } of cases.filter(
        ({ document: { pageStarts } }) => pageStarts.length > 0,
      )) {
        const pageOf = (token: string) =>
          document.pageStarts.filter((start) => start <= document.text.indexOf(token)).length
        for (const { content, page, pageEnd } of makeChunks(document, settings)) {
          // A table's rows are told with the names of its columns, which stand above them.
          const pages = chunker === 'table-rows' ? [] : tokensOf(content).map(pageOf)
          const [first, last] = [Math.min(page ?? 0, ...pages), Math.max(pageEnd ?? 0, ...pages)]
          expect([seed, first, last]).toEqual([seed, page ?? -1, pageEnd ?? -1])
          expect(first).toBeLessThanOrEqual(last)
        }
      }
    })

    test('documents without pages give chunks without', () => {
      for (const { document, settings } of cases.filter(({ document: { pageStarts } }) => pageStarts.length === 0)) {
        expect(makeChunks(document, settings).filter(({ page, pageEnd }) => page !== null || pageEnd !== null)).toEqual(
          [],
        )
      }
    })
  },
)

/** Characters that a content and a context may have. */
const limitsOf = (chunker: ChunkerName, { lengthMax, parentLengthMax = 0 }: SplitSettings) => ({
  content: chunker === 'whole' ? LENGTH_MAX_HIGHEST : lengthMax,
  context: chunker === 'parent-child' ? parentLengthMax : LENGTH_MAX_HIGHEST + lengthMax + 1,
})

test.each([['length'], ['headings'], ['parent-child'], ['code'], ['whole']] as const)(
  '%s leaves out nothing but blank space between chunks',
  (chunker) => {
    for (const { document, pieces } of casesOf(chunker)) {
      let covered = 0
      let kept = ''
      for (const { start, end, content } of pieces) {
        expect(content).toBe(document.text.slice(start, end))
        kept += document.text.slice(Math.max(start, covered), end)
        covered = Math.max(covered, end)
      }
      expect(kept.replaceAll(/\s/g, '')).toBe(document.text.replaceAll(/\s/g, ''))
    }
  },
)

test('settings without a chunker cut by length, as they always did', () => {
  for (const { document, settings, pieces } of casesOf('length')) {
    const { chunker: _, ...old } = settings
    expect(splitDocument(document, old)).toEqual(pieces)
  }
  expect(DEFAULT_SPLITTING.chunker).toBeUndefined()
})

/** True where a word is in no chunk as a whole because its letters are in several. */
const isCut = (
  token: string,
  text: string,
  pieces: readonly { content: string; context: string | null }[],
): boolean => {
  const at = text.indexOf(token)
  const letters = text.slice(at, at + token.length)
  return pieces.some(({ content }, order) =>
    Array.from({ length: letters.length - 1 }, (_, cut) => cut + 1).some(
      (cut) =>
        content.endsWith(letters.slice(0, cut)) && (pieces[order + 1]?.content ?? '').includes(letters.slice(cut)),
    ),
  )
}
