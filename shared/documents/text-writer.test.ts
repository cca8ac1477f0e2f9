import { expect, test } from 'bun:test'
import type { DocumentText } from './document-text.ts'
import { DOCUMENT_PAGES_MAX } from './errors.ts'
import { createTextWriter } from './text-writer.ts'

const createWriter = () => {
  const pieces: DocumentText[] = []
  const writer = createTextWriter({ text: (piece) => void pieces.push(piece), progress: () => {} })
  return { writer, pieces, text: () => pieces.map((piece) => piece.text).join('') }
}

test('places of headings and pages are those of the whole text, whatever the pieces', () => {
  const { writer, pieces, text } = createWriter()
  writer.write({ text: 'Intro' })
  writer.progress(1, 2)
  writer.write({ text: 'Title\nof it', level: 2 })
  writer.write({ text: 'before|after', breaks: [7] })
  writer.write({ text: '- item', tight: true })
  writer.finish()
  expect(text()).toBe('Intro\n\nTitle\nof it\n\nbefore|after\n- item')
  expect(pieces.flatMap(({ headings }) => headings)).toEqual([
    { offset: text().indexOf('Title'), level: 2, title: 'Title of it' },
  ])
  expect(pieces.flatMap(({ pageStarts }) => pageStarts)).toEqual([0, text().indexOf('after')])
})

test('a long block is given on in pieces that nobody has to wait for, and stays whole', () => {
  const { writer, pieces, text } = createWriter()
  const long = '彗😀'.repeat(200_001)
  writer.write({ text: long })
  writer.finish()
  expect(text()).toBe(long)
  expect(Math.max(...pieces.map((piece) => piece.text.length))).toBeLessThanOrEqual(200_000)
})

test('pages without text count, and there may not be more than a document has', () => {
  const { writer, pieces } = createWriter()
  writer.startPage()
  writer.write({ text: ' ' })
  writer.startPage()
  writer.write({ text: 'x\0' })
  writer.startPage()
  writer.finish()
  expect(pieces).toEqual([{ text: 'x ', headings: [], pageStarts: [0, 0, 2] }])
  expect(() => {
    for (let page = 0; page < DOCUMENT_PAGES_MAX; page++) writer.startPage()
  }).toThrow('more than')
})
