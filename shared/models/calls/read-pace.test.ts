import { expect, test } from 'bun:test'
import { joinPieces } from './join-pieces.ts'
import { createReadPace } from './read-pace.ts'

const paceOf = (answers: number) => {
  const pace = createReadPace()
  for (let answer = 0; answer < answers; answer++) pace.enter()
  return pace
}

test('few answers are read as they come', () => {
  const pace = paceOf(16)
  expect(pace.turn()).toBeUndefined()
  expect(pace.isShared).toBe(false)
})

test('many answers are read together, and none before its turn', async () => {
  const pace = paceOf(100)
  expect(pace.isShared).toBe(true)
  const startedMs = performance.now()
  const turns = Array.from({ length: 100 }, async () => {
    await pace.turn()
    return performance.now() - startedMs
  })
  const waited = await Promise.all(turns)
  // 100 answers at 1,000 reads a second. Timers may be early by less than a millisecond.
  expect(Math.min(...waited)).toBeGreaterThan(98)
  expect(Math.max(...waited) - Math.min(...waited)).toBeLessThan(40)
})

test('answers that left make room for the others', () => {
  const pace = paceOf(17)
  expect(pace.turn()).toBeInstanceOf(Promise)
  pace.leave()
  expect(pace.turn()).toBeUndefined()
})

test('only neighbours of one kind of text are joined', () => {
  const call = { id: 'c', name: 'add', arguments: '{}' }
  expect(
    joinPieces([
      { type: 'reasoning', text: 'I ' },
      { type: 'reasoning', text: 'think' },
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
      { type: 'tool-call', call },
      { type: 'text', text: 'c' },
    ]),
  ).toEqual([
    { type: 'reasoning', text: 'I think' },
    { type: 'text', text: 'ab' },
    { type: 'tool-call', call },
    { type: 'text', text: 'c' },
  ])
})
