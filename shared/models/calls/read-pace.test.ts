import { expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
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

test('many answers are read in turn, in small groups, at a thousand reads a second', async () => {
  const pace = paceOf(100)
  expect(pace.isShared).toBe(true)
  const order: number[] = []
  const startedMs = performance.now()
  await Promise.all(
    Array.from({ length: 100 }, async (_, answer) => {
      await pace.turn()
      order.push(answer)
    }),
  )
  // Fifty groups, one in 2 ms. Timers may be early by less than a millisecond each.
  expect(performance.now() - startedMs).toBeGreaterThan(90)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
})

test('nobody waits for long, however many there are', async () => {
  const pace = paceOf(5_000)
  const startedMs = performance.now()
  let turns = 0
  const all = Array.from({ length: 5_000 }, async () => {
    await pace.turn()
    turns += 1
  })
  // Groups grow with the number of answers: a fiftieth of them each.
  await waitFor(() => turns > 0, { what: 'the first group' })
  expect(turns).toBeGreaterThanOrEqual(100)
  await Promise.all(all)
  expect(performance.now() - startedMs).toBeGreaterThan(90)
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
