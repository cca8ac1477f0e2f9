import { afterEach, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { type ReadinessCheckOptions, type ReadinessChecks, startReadinessChecks } from './readiness-checks.ts'

const started: ReadinessChecks[] = []
afterEach(() => {
  for (const checks of started.splice(0)) checks.stop()
})

const start = (
  ready: (() => Promise<string | undefined>) | undefined,
  options: Partial<ReadinessCheckOptions> = {},
) => {
  const service = { name: 'agent', ...(ready ? { ready } : {}) }
  const checks = startReadinessChecks({ services: [service], onChange() {}, everyMs: 2, msMax: 20, ...options })
  started.push(checks)
  return checks
}

test('a service without a check is ready, one that was never asked is not', () => {
  expect(start(undefined).notReady()).toBeUndefined()
  expect(start(async () => undefined).notReady()).toBe('agent: has not been asked yet')
})

test('what a service says, throws or fails to say in time takes it out', async () => {
  const said = start(async () => 'its index is being built')
  const thrown = start(() => Promise.reject(new Error('no such directory')))
  const hung = start(() => new Promise(() => undefined))
  await Promise.all([said.ask(), thrown.ask(), hung.ask()])
  expect(said.notReady()).toBe('agent: its index is being built')
  expect(thrown.notReady()).toBe('agent: no such directory')
  expect(hung.notReady()).toBe('agent: did not answer within 20 ms')
})

test('a check that throws before it returns a promise fails closed too', async () => {
  const checks = start((() => {
    throw new Error('broken check')
  }) as () => Promise<string | undefined>)
  await checks.ask()
  expect(checks.notReady()).toBe('agent: broken check')
})

test('a change is told once, in both directions', async () => {
  let answer: string | undefined
  const told: (string | undefined)[] = []
  const checks = start(async () => answer, { onChange: () => told.push(checks.notReady()) })
  await checks.ask()
  answer = 'away'
  await waitFor(() => told.length === 1, { what: 'the first change' })
  answer = undefined
  await waitFor(() => told.length === 2, { what: 'the way back' })
  expect(told).toEqual(['agent: away', undefined])
})

test('a question that hangs is not asked again and again', async () => {
  let asked = 0
  const checks = start(() => {
    asked += 1
    return new Promise(() => undefined)
  })
  await checks.ask()
  await checks.ask()
  expect(asked).toBe(1)
})
