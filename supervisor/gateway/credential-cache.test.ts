import { expect, test } from 'bun:test'
import { createCredentialCache } from './credential-cache.ts'

const start = (
  answer: (apiKey: string) => Promise<string | undefined> = async (apiKey) => `app of ${apiKey}`,
  expiresAtMs?: number,
) => {
  const clock = { now: 1_000 }
  const asked: string[] = []
  const cache = createCredentialCache({
    async verify(apiKey, apiSecret) {
      asked.push(`${apiKey}:${apiSecret}`)
      const appId = await answer(apiKey)
      return appId === undefined ? undefined : { appId, apiKey, actions: new Set(), expiresAtMs, limits: undefined }
    },
    now: () => clock.now,
  })
  const appOf = async (apiKey: string, apiSecret: string) => (await cache.keyOf(apiKey, apiSecret))?.facts.appId
  return { cache, appOf, asked, clock }
}

test('an answer, good or bad, is kept for five seconds and no longer', async () => {
  const { appOf, asked, clock } = start(async (apiKey) => (apiKey === 'good' ? 'mine' : undefined))
  for (let time = 0; time < 3; time += 1) {
    expect(await appOf('good', 's')).toBe('mine')
    expect(await appOf('bad', 's')).toBeUndefined()
  }
  expect(asked).toEqual(['good:s', 'bad:s'])
  clock.now += 5_000
  await appOf('good', 's')
  expect(asked).toHaveLength(3)
})

test('many requests at once ask once', async () => {
  const { appOf, asked } = start()
  await Promise.all(Array.from({ length: 20 }, () => appOf('k', 's')))
  expect(asked).toEqual(['k:s'])
})

test('a key with another secret is another question', async () => {
  const { appOf, asked } = start()
  await appOf('k', 'one')
  await appOf('k', 'two')
  expect(asked).toEqual(['k:one', 'k:two'])
})

test('an answer that was on its way when the cache was cleared is not kept', async () => {
  const gate = Promise.withResolvers<string>()
  const { cache, appOf, asked } = start(() => gate.promise)
  const before = appOf('k', 's')
  cache.clear()
  gate.resolve('revoked since')
  await before
  await appOf('k', 's')
  expect(asked).toHaveLength(2)
})

test('a failure is not kept', async () => {
  let fails = true
  const { appOf } = start(async () => {
    if (fails) throw new Error('tenant away')
    return 'mine'
  })
  await expect(appOf('k', 's')).rejects.toThrow('tenant away')
  fails = false
  expect(await appOf('k', 's')).toBe('mine')
})

test('a key ends at its moment, not when the cache asks again', async () => {
  const { cache, appOf, clock } = start(undefined, 3_000)
  const key = await cache.keyOf('k', 's')
  expect(key && cache.isFresh(key)).toBe(true)
  clock.now = 3_000
  expect(key && cache.isFresh(key)).toBe(false)
  expect(await appOf('k', 's')).toBeUndefined()
})

test('a key that a connection remembers is stale after a clear, also when its answer was on its way', async () => {
  const { cache } = start()
  const early = await cache.keyOf('k', 's')
  const onItsWay = cache.keyOf('other', 's')
  cache.clear()
  expect(early && cache.isFresh(early)).toBe(false)
  const late = await onItsWay
  expect(late && cache.isFresh(late)).toBe(false)
})

test('a remembered key costs no wait', async () => {
  const { cache } = start()
  const key = await cache.keyOf('k', 's')
  expect(cache.keyOf('k', 's')).toBe(key)
})
