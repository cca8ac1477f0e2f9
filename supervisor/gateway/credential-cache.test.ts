import { expect, test } from 'bun:test'
import { createCredentialCache } from './credential-cache.ts'

const start = (answer: (apiKey: string) => Promise<string | undefined> = async (apiKey) => `app of ${apiKey}`) => {
  const clock = { now: 1_000 }
  const asked: string[] = []
  const cache = createCredentialCache({
    verify(apiKey, apiSecret) {
      asked.push(`${apiKey}:${apiSecret}`)
      return answer(apiKey)
    },
    now: () => clock.now,
  })
  return { cache, asked, clock }
}

test('an answer, good or bad, is kept for five seconds and no longer', async () => {
  const { cache, asked, clock } = start(async (apiKey) => (apiKey === 'good' ? 'mine' : undefined))
  for (let time = 0; time < 3; time += 1) {
    expect(await cache.appOf('good', 's')).toBe('mine')
    expect(await cache.appOf('bad', 's')).toBeUndefined()
  }
  expect(asked).toEqual(['good:s', 'bad:s'])
  clock.now += 5_000
  await cache.appOf('good', 's')
  expect(asked).toHaveLength(3)
})

test('many requests at once ask once', async () => {
  const { cache, asked } = start()
  await Promise.all(Array.from({ length: 20 }, () => cache.appOf('k', 's')))
  expect(asked).toEqual(['k:s'])
})

test('a key with another secret is another question', async () => {
  const { cache, asked } = start()
  await cache.appOf('k', 'one')
  await cache.appOf('k', 'two')
  expect(asked).toEqual(['k:one', 'k:two'])
})

test('an answer that was on its way when the cache was cleared is not kept', async () => {
  const gate = Promise.withResolvers<string>()
  const { cache, asked } = start(() => gate.promise)
  const before = cache.appOf('k', 's')
  cache.clear()
  gate.resolve('revoked since')
  await before
  await cache.appOf('k', 's')
  expect(asked).toHaveLength(2)
})

test('a failure is not kept', async () => {
  let fails = true
  const { cache } = start(async () => {
    if (fails) throw new Error('tenant away')
    return 'mine'
  })
  await expect(cache.appOf('k', 's')).rejects.toThrow('tenant away')
  fails = false
  expect(await cache.appOf('k', 's')).toBe('mine')
})
