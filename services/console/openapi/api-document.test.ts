import { expect, test } from 'bun:test'
import { createApiDocument } from './api-document.ts'

const setup = (missing: unknown[]) => {
  let built = 0
  let now = 0
  const read = createApiDocument({
    async build() {
      built += 1
      return { openapi: '3.0.3', info: { title: '', version: '' }, paths: {}, 'x-orrery-unavailable': missing }
    },
    now: () => now,
  })
  return { read, builds: () => built, pass: (ms: number) => (now += ms) }
}

test('many callers at once and callers shortly after share one document', async () => {
  const { read, builds, pass } = setup([])
  await Promise.all([read(), read(), read()])
  pass(4_999)
  await read()
  expect(builds()).toBe(1)
  pass(1)
  await read()
  expect(builds()).toBe(2)
})

test('an incomplete document is made again for the next caller', async () => {
  const { read, builds } = setup([{ service: 'agent', reason: 'cannot be reached' }])
  await read()
  await read()
  expect(builds()).toBe(2)
})
