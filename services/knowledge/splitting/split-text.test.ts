import { describe, expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { DEFAULT_SPLITTING, normaliseSplitting, type SplitSettings } from './split-settings.ts'
import { splitText } from './split-text.ts'

const settings = (changes: Partial<SplitSettings>): SplitSettings =>
  normaliseSplitting({ ...DEFAULT_SPLITTING, lengthMin: 10, lengthMax: 60, ...changes })

const contents = (text: string, changes: Partial<SplitSettings> = {}) =>
  splitText(text, settings(changes)).map(({ start, end }) => text.slice(start, end))

describe('for a thousand random texts and settings', () => {
  const random = seededRandom(20)
  const words = [
    'alpha',
    'b',
    'gamma-delta',
    '知识库',
    '检索。',
    'x'.repeat(90),
    '😀😀😀',
    'é',
    'end.',
    '\n',
    '\n\n',
    '#',
    '  ',
  ]
  const cases = Array.from({ length: 1_000 }, () => {
    const text = Array.from({ length: Math.floor(random() * 60) }, () => words[Math.floor(random() * words.length)])
    const lengthMax = 1 + Math.floor(random() * 80)
    return {
      text: text.join(random() < 0.5 ? ' ' : ''),
      chosen: normaliseSplitting({
        lengthMin: Math.floor(random() * lengthMax),
        lengthMax,
        overlap: random() < 0.5 ? 0 : Math.floor(random() * 40),
        separators: random() < 0.5 ? [] : ['。', 'gamma'],
        cutOff: random() < 0.7 ? [] : ['end.'],
        titleSplit: false,
      }),
    }
  })

  test('no text but blank space is lost, and pieces come in order', () => {
    for (const { text, chosen } of cases) {
      let covered = 0
      let kept = ''
      for (const { start, end } of splitText(text, chosen)) {
        expect(start).toBeLessThan(end)
        expect(end).toBeGreaterThan(covered)
        kept += text.slice(Math.max(start, covered), end)
        covered = end
      }
      expect(kept.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
    }
  })

  test('no piece is longer than allowed, and none is cut through a character', () => {
    for (const { text, chosen } of cases) {
      for (const { start, end } of splitText(text, chosen)) {
        expect(end - start).toBeLessThanOrEqual(chosen.lengthMax)
        if (chosen.lengthMax > 2) expect(text.slice(start, end).isWellFormed()).toBe(true)
      }
    }
  })

  test('without hard marks only the last piece may be shorter than asked, blank space aside', () => {
    for (const { text, chosen } of cases.filter((each) => each.chosen.cutOff.length === 0)) {
      const pieces = splitText(text, { ...chosen, overlap: 0 })
      for (const [index, { start }] of pieces.slice(0, -1).entries()) {
        const next = pieces[index + 1]!.start
        expect(next - start).toBeGreaterThanOrEqual(chosen.lengthMin - 1)
      }
    }
  })
})

test('cuts between paragraphs before it cuts between sentences', () => {
  expect(contents('One sentence here. Another one there.\n\nA new paragraph starts. It goes on.')).toEqual([
    'One sentence here. Another one there.',
    'A new paragraph starts. It goes on.',
  ])
})

test('cuts Chinese between sentences', () => {
  const sentence = '知识库把文档切成片段再建立索引。'
  expect(contents(sentence.repeat(4), { lengthMax: 40 })).toEqual([sentence.repeat(2), sentence.repeat(2)])
})

test('a caller’s own soft marks come first', () => {
  expect(contents('aaaaaaaaaaaaaaa;bbbbbbbbbbbb ccccccccc', { lengthMax: 30, separators: [';'] })).toEqual([
    'aaaaaaaaaaaaaaa;',
    'bbbbbbbbbbbb ccccccccc',
  ])
})

test('hard marks cut always, however short the piece', () => {
  expect(contents('Q: why?---A: because.---', { cutOff: ['---'], lengthMin: 10 })).toEqual([
    'Q: why?---',
    'A: because.---',
  ])
})

test('a piece repeats the end of the one before from a whole word on', () => {
  const pieces = contents('one two three four five six seven eight nine ten', { lengthMax: 24, overlap: 8 })
  expect(pieces.length).toBeGreaterThan(1)
  for (const [index, piece] of pieces.slice(1).entries()) {
    const repeated = piece.split(' ')[0]!
    expect(pieces[index]!.split(' ')).toContain(repeated)
  }
})

test('pieces know the headings above them, and a lone heading stays with its text', () => {
  const text = '# Guide\n## Install\nRun one command and wait.\n## Back up\nCopy the data directory.'
  const headings = [
    { offset: 0, level: 1, title: 'Guide' },
    { offset: text.indexOf('## Install'), level: 2, title: 'Install' },
    { offset: text.indexOf('## Back up'), level: 2, title: 'Back up' },
  ]
  expect(
    splitText(text, settings({}), headings).map(({ start, end, title }) => [title, text.slice(start, end)]),
  ).toEqual([
    ['Guide', '# Guide\n## Install\nRun one command and wait.'],
    ['Guide > Back up', '## Back up\nCopy the data directory.'],
  ])
})
