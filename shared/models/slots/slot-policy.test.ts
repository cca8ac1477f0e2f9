import { expect, test } from 'bun:test'
import { mayPassOn, placesWanted } from './slot-policy.ts'

const share = (leased: number, waiting: number) => ({ leased, waiting })

test('a process alone wants what it needs', () => {
  expect(placesWanted({ leased: 0, used: 0, waiting: 5 }, [], 3)).toBe(5)
  expect(placesWanted({ leased: 3, used: 1, waiting: 0 }, [share(2, 0)], 5)).toBe(1)
})

test('while others wait, whoever has more than a fair part gives back what it does not use', () => {
  expect(placesWanted({ leased: 4, used: 3, waiting: 2 }, [share(0, 1)], 4)).toBe(3)
  expect(placesWanted({ leased: 4, used: 1, waiting: 9 }, [share(0, 1)], 4)).toBe(2)
})

test('whoever has less than a fair part takes what is free, so that nobody is polite forever', () => {
  expect(placesWanted({ leased: 0, used: 0, waiting: 2 }, [share(0, 2)], 1)).toBe(2)
})

test('a single place goes round: who used it lets it go when somebody waits', () => {
  expect(mayPassOn({ leased: 1, used: 0, waiting: 1 }, [share(0, 1)], 1)).toBe(false)
  expect(mayPassOn({ leased: 1, used: 0, waiting: 1 }, [share(0, 0)], 1)).toBe(true)
  expect(mayPassOn({ leased: 1, used: 1, waiting: 1 }, [], 1)).toBe(false)
})
