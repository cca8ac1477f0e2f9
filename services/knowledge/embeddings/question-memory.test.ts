import { expect, test } from 'bun:test'
import { createQuestionMemory } from './question-memory.ts'

const vector = (number: number) => new Float32Array(100).fill(number)

test('a question is known again, by its model and its whole text', () => {
  const memory = createQuestionMemory()
  memory.keep('small', 'a comet', vector(1))
  memory.keep('large', 'a comet', vector(2))
  expect(memory.find('small', 'a comet')).toEqual(vector(1))
  expect(memory.find('large', 'a comet')).toEqual(vector(2))
  expect(memory.find('small', 'a comet ')).toBeUndefined()
})

test('what was used last is kept, and never more than allowed', () => {
  const memory = createQuestionMemory({ bytesMax: 10 * 800 })
  for (let number = 0; number < 1_000; number++) {
    memory.keep('small', `question ${number}`, vector(number))
    memory.find('small', 'question 0')
  }
  expect(memory.find('small', 'question 0')).toEqual(vector(0))
  expect(memory.find('small', 'question 999')).toEqual(vector(999))
  const known = Array.from({ length: 1_000 }, (_, number) => memory.find('small', `question ${number}`)).filter(Boolean)
  expect(known.length).toBeGreaterThan(5)
  expect(known.length).toBeLessThan(14)
})

test('an old answer is asked for anew: the model may be another one by now', () => {
  let now = 0
  const memory = createQuestionMemory({ now: () => now })
  memory.keep('small', 'a comet', vector(1))
  now = 599_000
  expect(memory.find('small', 'a comet')).toEqual(vector(1))
  now = 601_000
  expect(memory.find('small', 'a comet')).toBeUndefined()
})
