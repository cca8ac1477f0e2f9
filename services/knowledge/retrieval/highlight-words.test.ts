import { expect, test } from 'bun:test'
import { highlightWords } from './highlight-words.ts'

const marked = (question: string, text: string) =>
  highlightWords(question, text).map(([start, end]) => text.slice(start, end))

test('words of the question are marked in every inflection, and others are not', () => {
  expect(marked('How do I back up my data?', 'Backing up: the data directory. Backups are dated.')).toEqual([
    'Backing',
    'up',
    'data',
  ])
})

test('offsets count what a program counts, behind any character', () => {
  expect(highlightWords('comets', '🌠🌠 Cafés and COMETS')).toEqual([[15, 21]])
})

test('a run of characters that the question holds is marked as a whole', () => {
  expect(marked('量子计算', '研究量子计算机和量子')).toEqual(['量子计算', '量子'])
  expect(marked('量', '重量')).toEqual(['量'])
  expect(marked('Orrery的数据', 'Orrery 保存数据')).toEqual(['Orrery', '数据'])
})

test('nothing is marked without a common word', () => {
  expect(highlightWords('comets', 'Planets wander.')).toEqual([])
  expect(highlightWords('', 'Planets wander.')).toEqual([])
})
