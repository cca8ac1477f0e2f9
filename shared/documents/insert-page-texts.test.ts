import { expect, test } from 'bun:test'
import { createDocumentCollector } from './document-collector.ts'
import { insertPageTexts } from './insert-page-texts.ts'

const document = {
  text: 'First.\n\nThird.',
  headings: [{ offset: 8, level: 1, title: 'Third.' }],
  pageStarts: [0, 8, 8, 14],
}

test('texts of pages that had none stand in their place, and every page and heading keeps its own', () => {
  const { text, pageStarts, headings } = insertPageTexts(
    document,
    new Map([
      [2, 'Second, from a scan.'],
      [4, 'Last'],
    ]),
  )
  expect(text).toBe('First.\n\nSecond, from a scan.\n\nThird.\n\nLast')
  expect(pageStarts.map((start) => text.slice(start).split('\n')[0])).toEqual([
    'First.',
    'Second, from a scan.',
    'Third.',
    'Last',
  ])
  expect(headings.map(({ offset }) => text.slice(offset, offset + 6))).toEqual(['Third.'])
})

test('a document to which nothing comes, or only blank texts, is the same as before', () => {
  expect(insertPageTexts(document, new Map([[2, ' \n']]))).toBe(document)
})

test('a document of nothing but scans is what was read from them', () => {
  const scans = { text: '', headings: [], pageStarts: [0, 0, 0] }
  const texts = new Map([
    [1, 'One'],
    [3, 'Three'],
  ])
  expect(insertPageTexts(scans, texts)).toEqual({ text: 'One\n\nThree', headings: [], pageStarts: [0, 3, 5] })
})

test('what a second reading process says follows what the first said, with the page between them empty', () => {
  const collector = createDocumentCollector()
  collector.add({ text: 'One', headings: [], pageStarts: [0] })
  collector.continueAfter(2)
  collector.add({ text: 'Three\n\nFour', headings: [{ offset: 7, level: 1, title: 'Four' }], pageStarts: [0, 7] })
  expect(collector.document).toEqual({
    text: 'One\n\nThree\n\nFour',
    headings: [{ offset: 12, level: 1, title: 'Four' }],
    pageStarts: [0, 3, 5, 12],
  })
})
