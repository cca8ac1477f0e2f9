import { expect, test } from 'bun:test'
import { type HistoryItem, lastRounds } from './history-rounds.ts'
import { selectHistory } from './select-history.ts'

const asked = (content: string): HistoryItem => ({ role: 'user', content })
const answered = (content: string): HistoryItem => ({ role: 'assistant', content })
const image = (content: string): HistoryItem => ({ role: 'user', content, content_type: 'image' })
const contents = (items: { content: string }[]) => items.map(({ content }) => content).join(' ')

const conversations: Record<string, { history: HistoryItem[]; rounds: number; last: string }> = {
  pairs: { history: [asked('q1'), answered('a1'), asked('q2'), answered('a2')], rounds: 1, last: 'q2 a2' },
  'more rounds than there are': { history: [asked('q1'), answered('a1')], rounds: 5, last: 'q1 a1' },
  'a question without an answer': { history: [asked('q1'), answered('a1'), asked('q2')], rounds: 1, last: 'q2' },
  'questions alone': { history: [asked('q1'), asked('q2'), asked('q3')], rounds: 2, last: 'q2 q3' },
  'an image with its question': {
    history: [asked('q1'), answered('a1'), image('i'), asked('q2'), answered('a2')],
    rounds: 1,
    last: 'i q2 a2',
  },
  'two images with their question': {
    history: [asked('q1'), answered('a1'), image('i'), image('j'), asked('q2'), answered('a2')],
    rounds: 1,
    last: 'i j q2 a2',
  },
  'an answer in two parts': {
    history: [asked('q1'), answered('a1'), asked('q2'), answered('a2'), answered('a3')],
    rounds: 1,
    last: 'q2 a2 a3',
  },
  'a greeting first': { history: [answered('a0'), asked('q1'), answered('a1')], rounds: 1, last: 'q1 a1' },
  nothing: { history: [], rounds: 3, last: '' },
}

test.each(Object.entries(conversations))(
  '%s: the last rounds are whole, and no older word is among them',
  (_, { history, rounds, last }) => {
    expect(contents(lastRounds(history, rounds))).toBe(last)
  },
)

test('a model gets whole rounds that fit into its budget, and no images', () => {
  const history = [asked('12345'), answered('12345'), image('x'.repeat(500)), asked('123'), answered('123')]
  const select = (rounds: number, tokensMax: number, around: string[] = []) =>
    contents(selectHistory(history, { rounds, tokensMax, around }))
  expect(select(1, 1000)).toBe('123 123')
  expect(select(2, 1000)).toBe('12345 12345 123 123')
  // 16 characters are 24 tokens; 95 % of 25 tokens are 23.
  expect(select(2, 26)).toBe('12345 12345 123 123')
  expect(select(2, 25)).toBe('123 123')
  expect(select(2, 28, ['12'])).toBe('123 123')
  expect(select(2, 5)).toBe('')
})
