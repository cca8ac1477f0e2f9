import { expect, test } from 'bun:test'
import { gatherCalls } from './gather-calls.ts'

const recorded = (itemsMax = 10, bad?: number) => {
  const groups: number[][] = []
  let release: () => void = () => undefined
  let held: Promise<void> | undefined
  const call = gatherCalls<number, string>({
    keyOf: (item) => (item < 100 ? 'small' : 'large'),
    itemsMax,
    async perform(items) {
      groups.push([...items])
      await held
      if (bad !== undefined && items.includes(bad)) throw new Error(`no ${bad}`)
      return items.map(String)
    },
  })
  const hold = () => {
    held = new Promise((resolve) => {
      release = resolve
    })
  }
  return { call, groups, hold, release: () => release() }
}

test('a call that comes alone is performed alone, and gets its own result', async () => {
  const { call, groups } = recorded()
  expect(await call(1)).toBe('1')
  expect(await call(2)).toBe('2')
  expect(groups).toEqual([[1], [2]])
})

test('calls that come while others are performed wait and are performed together, each with its own result', async () => {
  const { call, groups, hold, release } = recorded(3)
  hold()
  const first = call(1)
  await Bun.sleep(0)
  const rest = [2, 3, 4, 5].map(call)
  await Bun.sleep(0)
  release()
  expect(await Promise.all([first, ...rest])).toEqual(['1', '2', '3', '4', '5'])
  expect(groups).toEqual([[1], [2, 3, 4], [5]])
})

test('calls of another key are neither put together with others nor held up by them', async () => {
  const { call, groups, hold, release } = recorded()
  hold()
  const calls = [1, 100, 2, 200].map(call)
  await Bun.sleep(0)
  expect(groups).toEqual([
    [1, 2],
    [100, 200],
  ])
  release()
  expect(await Promise.all(calls)).toEqual(['1', '100', '2', '200'])
})

test('what is wrong with one call fails no other that was performed with it', async () => {
  const { call, groups } = recorded(10, 2)
  const settled = await Promise.allSettled([1, 2, 3].map(call))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(groups).toEqual([[1, 2, 3], [1], [2], [3]])
  expect(await call(4)).toBe('4')
})
