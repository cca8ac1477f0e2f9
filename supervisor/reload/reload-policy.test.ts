import { expect, test } from 'bun:test'
import { loadConfig } from '#shared/config/load-config.ts'
import { SETTINGS } from '#shared/config/settings.ts'
import type { Deployment } from '../pool/deployments.ts'
import type { PoolPlan } from '../pool/pool-layout.ts'
import { isEmptyPlan, isHotPlan, planReload } from './reload-policy.ts'

const pool = (name: string, services = [name], size: Partial<PoolPlan> = {}): PoolPlan => ({
  ...{ name, services, min: 1, max: 1, spare: 0 },
  ...size,
})
const deployment = (settings: Record<string, unknown>, ...pools: PoolPlan[]): Deployment => ({
  settings: loadConfig(SETTINGS, settings),
  pools: pools.length > 0 ? pools : [pool('agent'), pool('workflow'), pool('platform', ['tenant', 'console'])],
})

test('no difference is no plan', () => {
  const plan = planReload(deployment({ PORT: '81' }), deployment({ PORT: '81' }))
  expect(isEmptyPlan(plan)).toBe(true)
  expect(isHotPlan(plan)).toBe(true)
})

test('a setting replaces those who use it, and nobody else', () => {
  const gateway = planReload(deployment({}), deployment({ PORT: '9000' }))
  expect(gateway).toMatchObject({ rolling: [], hot: [], gateway: ['PORT 8080 -> 9000'] })
  const workers = planReload(deployment({}), deployment({ ORRERY_REHEARSAL_TOKEN_MS: '7' }))
  expect(workers).toMatchObject({ gateway: [], hot: [] })
  expect(workers.rolling.map((entry) => entry.pool)).toEqual(['agent', 'workflow'])
  const all = planReload(deployment({}), deployment({ LOG_LEVEL: 'debug' }))
  expect(all.rolling.map((entry) => entry.pool)).toEqual(['agent', 'workflow', 'platform'])
  expect(all.gateway).toEqual(['LOG_LEVEL info -> debug'])
})

test('what concerns only the supervisor is applied to what runs', () => {
  const plan = planReload(deployment({}), deployment({ ORRERY_DRAIN_MS_MAX: '5' }))
  expect(isHotPlan(plan)).toBe(true)
  expect(plan.hot).toEqual(['ORRERY_DRAIN_MS_MAX 10000 -> 5'])
})

test('size and limits of a pool are applied to what runs, its services by replacing its workers', () => {
  const from = deployment({}, pool('a', ['agent', 'workflow']), pool('b', ['tenant']))
  const to = deployment({}, pool('a', ['agent', 'workflow'], { min: 2, max: 3, requestsMax: 9 }), pool('b', ['tenant']))
  const plan = planReload(from, to)
  expect(isHotPlan(plan)).toBe(true)
  expect(plan.hot).toEqual(['pool a: min 1 -> 2', 'pool a: max 1 -> 3', 'pool a: requestsMax none -> 9'])
  const moved = planReload(from, deployment({}, pool('a', ['agent']), pool('b', ['tenant', 'workflow'])))
  expect(moved.rolling).toEqual([
    { pool: 'a', reasons: ['services agent, workflow -> agent'] },
    { pool: 'b', reasons: ['services tenant -> tenant, workflow'] },
  ])
  expect(moved.hot).toEqual([])
})

test('an order of pools that was only written anew is no change, and another one holds for what runs', () => {
  const withOrder = (...after: string[]) => deployment({}, pool('a', ['a'], { after }), pool('b'), pool('c'))
  expect(isEmptyPlan(planReload(withOrder('b'), withOrder('b')))).toBe(true)
  const plan = planReload(withOrder('b'), withOrder('b', 'c'))
  expect(isHotPlan(plan)).toBe(true)
  expect(plan.hot).toEqual(['pool a: after b -> b, c'])
})

test('pools come and go by their names', () => {
  const plan = planReload(deployment({}, pool('a'), pool('b')), deployment({}, pool('b'), pool('c')))
  expect(plan).toMatchObject({ added: ['c'], removed: ['a'], rolling: [], gateway: [] })
})

test('where the data is, and its keys, cannot be changed; no secret is told', () => {
  const secret = 'postgres://me:swordfish@h/d'
  const plan = planReload(deployment({}), deployment({ ORRERY_DATA: 'elsewhere', DATABASE_URL: secret, PORT: '81' }))
  expect(plan.refused).toHaveLength(2)
  expect(plan.refused.join()).toContain('ORRERY_DATA data -> elsewhere')
  expect(JSON.stringify(plan)).not.toContain('swordfish')
})

test('other program files replace everybody', () => {
  const plan = planReload(deployment({}), deployment({}), { code: true })
  expect(plan.rolling.map((entry) => entry.pool)).toEqual(['agent', 'workflow', 'platform'])
  expect(plan.gateway).toHaveLength(1)
  expect(isHotPlan(plan)).toBe(false)
})
