import { expect, test } from 'bun:test'
import { compilePlan } from '../definition/compile-plan.ts'
import { parseDefinition } from '../definition/parse-definition.ts'
import { echoDefinition } from '../fixtures/flow-definitions.ts'
import { createPlanCache } from './plan-cache.ts'

const createCache = () => {
  let compiled = 0
  const cache = createPlanCache(
    {
      put: async () => '',
      find: async (hash) => (hash === 'lost' ? undefined : echoDefinition(hash)),
    },
    (definition) => {
      compiled += 1
      return compilePlan(parseDefinition(definition))
    },
  )
  return { cache, compiled: () => compiled }
}

test('a definition is compiled once, however often it runs', async () => {
  const { cache, compiled } = createCache()
  const plan = await cache.load('a')
  expect(await cache.load('a')).toBe(plan)
  expect(compiled()).toBe(1)
})

test('the cache keeps what is used and forgets the rest, so that it cannot grow for ever', async () => {
  const { cache, compiled } = createCache()
  for (let index = 0; index < 600; index += 1) {
    await cache.load(`flow-${index}`)
    await cache.load('favourite')
  }
  const before = compiled()
  await cache.load('favourite')
  expect(compiled()).toBe(before)
  await cache.load('flow-0')
  expect(compiled()).toBe(before + 1)
})

test('a definition that is not stored is an error that names it', async () => {
  await expect(createCache().cache.load('lost')).rejects.toThrow('lost')
})
