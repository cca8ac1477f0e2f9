import { expect, test } from 'bun:test'
import { createSessionCache } from './session-cache.ts'

const facts = (userId: string) => ({ userId, administrator: false, actions: new Set(['flows:read' as const]) })

test('a session is asked about once for each app while it is fresh', async () => {
  let nowMs = 0
  const asked: string[] = []
  const cache = createSessionCache({
    now: () => nowMs,
    resolve: async (token, appId) => {
      asked.push(`${token}/${appId ?? ''}`)
      return facts('u')
    },
  })
  await Promise.all([cache.factsOf('t', 'a'), cache.factsOf('t', 'a'), cache.factsOf('t', undefined)])
  expect(await cache.factsOf('t', 'a')).toEqual(facts('u'))
  expect(asked).toEqual(['t/a', 't/'])
  nowMs = 5_001
  await cache.factsOf('t', 'a')
  expect(asked).toEqual(['t/a', 't/', 't/a'])
})

test('what was asked before a change is not believed after it', async () => {
  const answers = [Promise.withResolvers<ReturnType<typeof facts> | undefined>()]
  let asked = 0
  const cache = createSessionCache({ resolve: async () => (asked++ === 0 ? answers[0]?.promise : undefined) })
  const before = cache.factsOf('t', undefined)
  cache.clear()
  answers[0]?.resolve(facts('u'))
  expect(await before).toEqual(facts('u'))
  expect(await cache.factsOf('t', undefined)).toBeUndefined()
  expect(asked).toBe(2)
})

test('a tenant service that did not answer is asked again', async () => {
  let asked = 0
  const cache = createSessionCache({
    resolve: async () => {
      asked += 1
      if (asked === 1) throw new Error('away')
      return facts('u')
    },
  })
  await expect(cache.factsOf('t', undefined)).rejects.toThrow('away')
  expect(await cache.factsOf('t', undefined)).toEqual(facts('u'))
})
