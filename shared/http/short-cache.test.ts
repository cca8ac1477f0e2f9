import { expect, test } from 'bun:test'
import { createShortCache } from './short-cache.ts'

test('an answer is forgotten when its time is over, and counts anew when it is told again', () => {
  let now = 0
  const cache = createShortCache<string>({ keptMsMax: 10, entriesMax: 5 }, () => now)
  cache.set('a', 'one')
  now = 9
  expect(cache.get('a')).toBe('one')
  cache.set('a', 'two')
  now = 18
  expect(cache.get('a')).toBe('two')
  now = 19
  expect(cache.get('a')).toBeUndefined()
})

test('a full cache forgets what it has known longest', () => {
  const cache = createShortCache<number>({ keptMsMax: 10, entriesMax: 2 }, () => 0)
  cache.set('a', 1)
  cache.set('b', 2)
  cache.set('a', 3)
  cache.set('c', 4)
  expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([3, undefined, 4])
})
