import { describe, expect, test } from 'bun:test'
import { resolveReferences } from '../resolve-references.ts'
import { splittingOf } from '../split-defaults.ts'
import type { FileSplit } from '../wire-models.ts'
import { withoutMarks, withoutUploadPrefix } from './cbg-strategy.ts'
import { joinPassages } from './join-passages.ts'
import { savedChunk, wireTime } from './result-shapes.ts'

describe('names and marks', () => {
  test.each([
    ['123_abc_my_file.pdf', 'my_file.pdf'],
    ['test_file.pdf', 'test_file.pdf'],
    ['plain.pdf', 'plain.pdf'],
  ])('CBG-RAG shows %s as %s', (stored, shown) => {
    expect(withoutUploadPrefix(stored)).toBe(shown)
  })
  test('CBG-RAG leaves the marks of images out, and only those', () => {
    expect(withoutMarks('see {k1} and {k1}, not {k2}', { k1: 'https://x/y.png' })).toBe('see  and , not {k2}')
  })
  test('AIUI-RAG2 puts images and tables in the place of their marks', () => {
    const references = { i: { format: 'image', link: 'https://x/$&.png' }, t: { format: 'table', content: '|a|' } }
    expect(resolveReferences('<i> <t> <v>', { ...references, v: { format: 'video' } })).toBe(
      '![Image name](https://x/$&.png) |a| <v>',
    )
  })
})

describe('a passage with its neighbours', () => {
  test('stands in one piece', () => {
    expect(joinPassages(['a', 'b', 'c'])).toBe('abc')
  })
  test('says once what a chunker repeated', () => {
    expect(joinPassages(['Comets have long tails.', 'have long tails. They glow.'])).toBe(
      'Comets have long tails. They glow.',
    )
  })
  test('keeps short repetitions, which are chance', () => {
    expect(joinPassages(['1 2 3', '3 4 5'])).toBe('1 2 33 4 5')
  })
})

test('a saved chunk has the keys that the console maps by, its index as a number', () => {
  const now = new Date('2026-01-02T03:04:05.678Z')
  const chunk = { key: 'abc', position: 7, content: 'text', references: { k: 'https://x' } }
  expect(savedChunk(chunk, { docId: 'd', group: 'g', now })).toEqual({
    id: 'abc',
    datasetId: 'g',
    fileId: 'd',
    createTime: '2026-01-02 03:04:05',
    updateTime: '2026-01-02 03:04:05',
    chunkType: 'RAW',
    content: 'text',
    question: null,
    answer: null,
    dataIndex: 7,
    imgReference: { k: 'https://x' },
    copiedFrom: null,
  })
  expect(wireTime(now)).toBe('2026-01-02 03:04:05')
})

describe('how a split cuts', () => {
  const request: FileSplit = {
    file: 'f',
    ragType: 'AIUI-RAG2',
    resourceType: 0,
    lengthRange: null,
    overlap: null,
    separator: null,
    cutOff: null,
    titleSplit: false,
  }
  const defaults = {
    lengthRange: [16, 512] as const,
    overlap: 16,
    separators: ['。'],
    titleSplitAlways: true,
    overlapAlways: true,
  }
  test('the defaults of the ragType hold for what is left out', () => {
    const cut = { lengthMin: 16, lengthMax: 512, overlap: 16, separators: ['。'], cutOff: [], titleSplit: true }
    expect(splittingOf(request, defaults)).toMatchObject(cut)
    expect(splittingOf({ ...request, overlap: 0, lengthRange: [9], separator: [] }, defaults)).toMatchObject(cut)
  })
  test('what the client says comes to count, all of it', () => {
    const asked = { ...request, lengthRange: [5, 50], overlap: 3, separator: ['#'], cutOff: ['---'] }
    expect(splittingOf(asked, { ...defaults, titleSplitAlways: false, overlapAlways: false })).toMatchObject({
      lengthMin: 5,
      lengthMax: 50,
      overlap: 3,
      separators: ['#'],
      cutOff: ['---'],
      titleSplit: false,
    })
  })
  test('an overlap of 0 is one where the ragType knows it', () => {
    expect(splittingOf({ ...request, overlap: 0 }, { ...defaults, overlapAlways: false }).overlap).toBe(0)
  })
})
