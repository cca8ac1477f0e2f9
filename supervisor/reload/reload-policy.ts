import { isSecretSetting, SETTINGS, type Settings } from '#shared/config/settings.ts'
import type { Deployment } from '../pool/deployments.ts'
import { GATEWAY_POOL, type PoolPlan } from '../pool/pool-layout.ts'
import { isFixedSetting, reachesPool } from '../pool/setting-reach.ts'

/** What leads from one deployment to another. Every reason is for people, and holds no value of a secret. */
export interface ReloadPlan {
  /** What only a new start can change. When there is any, nothing at all is applied. */
  refused: string[]
  /** Applied to what runs. */
  hot: string[]
  /** Pools whose workers are replaced, one after the other. */
  rolling: { pool: string; reasons: string[] }[]
  added: string[]
  removed: string[]
  /** Why the gateway is replaced; empty when it is not. */
  gateway: string[]
}

/** The difference between two deployments, in classes of what it costs. `code`: the program files may be others, so everything is replaced. Pure. */
export const planReload = (from: Deployment, to: Deployment, options: { code?: boolean } = {}): ReloadPlan => {
  const changed = changedSettings(from.settings, to.settings)
  const code = options.code ? ['the program files as they are now'] : []
  const kept = to.pools.flatMap((next) => {
    const before = from.pools.find(({ name }) => name === next.name)
    return before ? [{ before, next }] : []
  })
  const describe = (name: string) => describeSetting(name, from.settings, to.settings)
  const reasonsFor = (pool: { name: string; services: readonly string[] }) => [
    ...changed.filter((name) => !isFixedSetting(name) && reachesPool(name, pool)).map(describe),
    ...code,
  ]
  return {
    refused: changed.filter(isFixedSetting).map((name) => `${describe(name)}: only a new start can change it`),
    hot: [
      ...changed.filter((name) => isForSupervisor(name, [...from.pools, ...to.pools])).map(describe),
      ...kept.flatMap(({ before, next }) => changedKeys(before, next).map((change) => `pool ${next.name}: ${change}`)),
    ],
    rolling: kept
      .map(({ before, next }) => ({
        pool: next.name,
        reasons: [...changedServices(before, next), ...reasonsFor(next)],
      }))
      .filter(({ reasons }) => reasons.length > 0),
    added: to.pools.filter(({ name }) => !kept.some(({ next }) => next.name === name)).map(({ name }) => name),
    removed: from.pools.filter(({ name }) => !kept.some(({ next }) => next.name === name)).map(({ name }) => name),
    gateway: reasonsFor({ name: GATEWAY_POOL, services: [] }),
  }
}

/** True when two deployments are the same. */
export const isEmptyPlan = (plan: ReloadPlan): boolean => Object.values(plan).every((entries) => entries.length === 0)

/** True when applying it starts or ends no process but for a pool's size. */
export const isHotPlan = ({ refused, rolling, added, removed, gateway }: ReloadPlan): boolean =>
  [refused, rolling, added, removed, gateway].every((entries) => entries.length === 0)

const changedSettings = (from: Settings, to: Settings): string[] =>
  Object.keys(SETTINGS.properties).filter((name) => valueIn(from, name) !== valueIn(to, name))

const isForSupervisor = (name: string, pools: readonly PoolPlan[]): boolean =>
  !isFixedSetting(name) && ![{ name: GATEWAY_POOL, services: [] }, ...pools].some((pool) => reachesPool(name, pool))

const describeSetting = (name: string, from: Settings, to: Settings): string => {
  const schema = SETTINGS.properties[name as keyof Settings]
  if (isSecretSetting(schema)) return `${name} is another one`
  return `${name} ${show(valueIn(from, name))} -> ${show(valueIn(to, name))}`
}

const valueIn = (settings: Settings, name: string): unknown => settings[name as keyof Settings]

const changedServices = (before: PoolPlan, next: PoolPlan): string[] =>
  before.services.join() === next.services.join()
    ? []
    : [`services ${before.services.join(', ')} -> ${next.services.join(', ')}`]

/** Everything about a pool but which services its workers host concerns the supervisor alone. */
const changedKeys = (before: PoolPlan, next: PoolPlan): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(next)])]
    .filter((key) => key !== 'name' && key !== 'services')
    .map((key) => ({ key, was: before[key as keyof PoolPlan], is: next[key as keyof PoolPlan] }))
    .filter(({ was, is }) => !Bun.deepEquals(was, is))
    .map(({ key, was, is }) => `${key} ${show(was)} -> ${show(is)}`)

const show = (value: unknown): string =>
  value === undefined || value === '' ? 'none' : Array.isArray(value) ? value.join(', ') : String(value)
