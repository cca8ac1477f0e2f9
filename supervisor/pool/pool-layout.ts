import type { Settings } from '#shared/config/settings.ts'
import { orderProblems } from './start-order-policy.ts'

/** Every service that a worker can host. The gateway is a process of its own and in no pool. */
export const SERVICE_NAMES = ['agent', 'workflow', 'knowledge', 'tenant', 'link', 'console'] as const

/**
 * - `permanent`: a worker that ended is started again, however it ended.
 * - `transient`: it is started again unless it ended by itself with code 0.
 * - `temporary`: it is never started again.
 */
export const RESTART_POLICIES = ['permanent', 'transient', 'temporary'] as const
export type RestartPolicy = (typeof RESTART_POLICIES)[number]

export interface PoolPlan {
  name: string
  services: string[]
  min: number
  max: number
  /** So many processes more wait, ready, for a worker to die. */
  spare: number
  /** A worker that takes more memory is replaced. */
  memorySoftMb?: number
  /** A worker that takes more memory is killed. */
  memoryHardMb?: number
  /** A worker that is older is replaced. */
  lifetimeMinutes?: number
  /** A worker that has answered more requests is replaced. */
  requestsMax?: number
  /** `permanent` when absent. */
  restart?: RestartPolicy
  /** Pools that this one comes after; none when absent. */
  after?: string[]
}

/** The name becomes part of a socket's path, which is short. */
const POOL_NAME = /^[a-z][a-z0-9-]{0,23}$/
export const WORKERS_MAX = 64
const SPARES_MAX = 8
/** Less than this no worker can live in. */
const MEMORY_MB_MIN = 64
const MEMORY_MB_MAX = 1_048_576
const LIFETIME_MINUTES_MAX = 525_600
const REQUESTS_MAX = 1_000_000_000
/** Name of the pool of gateways, which no table of orrery.toml may use. */
export const GATEWAY_POOL = 'gateway'
const RESERVED_NAMES = [GATEWAY_POOL, 'supervisor']
const KEYS = [
  ...['services', 'min', 'max', 'spare', 'memory_soft_mb', 'memory_hard_mb'],
  ...['lifetime_minutes', 'requests_max', 'restart', 'after'],
]

/** Which pools run when `orrery.toml` names none. */
export const presetPools = (preset: Settings['ORRERY_PRESET']): PoolPlan[] =>
  preset === 'compact'
    ? [pool('all', [...SERVICE_NAMES])]
    : [
        pool('agent', ['agent']),
        pool('workflow', ['workflow']),
        pool('knowledge', ['knowledge']),
        pool('platform', ['tenant', 'link', 'console']),
      ]

/**
 * Reads the `[pools.<name>]` tables: `services = ["agent"]`, `min` (default 1), `max` (default `min`), `spare` (default 0), `restart`
 * (default `permanent`), `after = ["other"]` (pools that must be ready before; default: none), and the limits `memory_soft_mb`,
 * `memory_hard_mb`, `lifetime_minutes` and `requests_max` (default: none). Returns the plans, or what is wrong with them, one line each. Every
 * service must be somewhere.
 */
export const readPools = (tables: unknown): { pools: PoolPlan[]; problems: string[] } => {
  if (!isTable(tables)) return { pools: [], problems: ['pools: needs tables such as [pools.agent]'] }
  const read = Object.entries(tables).map(([name, table]) => readPool(name, table))
  const problems = read.flatMap((entry) => entry.problems)
  const pools = read.map((entry) => entry.plan)
  problems.push(...orderProblems(pools))
  const placed = new Set(pools.flatMap((plan) => plan.services))
  const homeless = SERVICE_NAMES.filter((service) => !placed.has(service))
  if (homeless.length > 0) problems.push(`pools: no pool has the service ${homeless.join(', ')}`)
  return { pools, problems }
}

const readPool = (name: string, table: unknown): { plan: PoolPlan; problems: string[] } => {
  const where = `pools.${name}`
  const fields = isTable(table) ? table : {}
  const services = Array.isArray(fields.services) ? fields.services.map(String) : []
  const problems = [...nameProblems(where, name), ...keyProblems(where, fields), ...serviceProblems(where, services)]

  /** The whole number under a key, or `fallback`; a problem when it is none or out of bounds. */
  const count = <Fallback>(key: string, bounds: { from: number; to: number }, fallback: Fallback) => {
    const value = fields[key]
    if (value === undefined) return fallback
    if (Number.isInteger(value) && Number(value) >= bounds.from && Number(value) <= bounds.to) return Number(value)
    problems.push(`${where}.${key}: needs a whole number from ${bounds.from} to ${bounds.to}`)
    return fallback
  }

  const memoryBounds = { from: MEMORY_MB_MIN, to: MEMORY_MB_MAX }
  const min = count('min', { from: 1, to: WORKERS_MAX }, 1)
  const max = count('max', { from: 1, to: WORKERS_MAX }, min)
  const spare = count('spare', { from: 0, to: SPARES_MAX }, 0)
  const limits = {
    memorySoftMb: count('memory_soft_mb', memoryBounds, undefined),
    memoryHardMb: count('memory_hard_mb', memoryBounds, undefined),
    lifetimeMinutes: count('lifetime_minutes', { from: 1, to: LIFETIME_MINUTES_MAX }, undefined),
    requestsMax: count('requests_max', { from: 1, to: REQUESTS_MAX }, undefined),
    restart: readRestart(where, fields.restart, problems),
    after: readAfter(where, fields.after, problems),
  }
  if (max < min) problems.push(`${where}.max: needs a whole number from min to ${WORKERS_MAX}`)
  if (limits.memorySoftMb && limits.memoryHardMb && limits.memorySoftMb >= limits.memoryHardMb) {
    problems.push(`${where}.memory_hard_mb: needs more than memory_soft_mb, at which a worker is replaced in peace`)
  }
  return { plan: { name, services: [...new Set(services)], min, max, spare, ...withoutAbsent(limits) }, problems }
}

const readRestart = (where: string, value: unknown, problems: string[]): RestartPolicy | undefined => {
  const policy = RESTART_POLICIES.find((known) => known === value)
  if (value !== undefined && !policy) problems.push(`${where}.restart: needs one of ${RESTART_POLICIES.join(', ')}`)
  return policy
}

const readAfter = (where: string, value: unknown, problems: string[]): string[] | undefined => {
  if (value === undefined) return undefined
  if (!Array.isArray(value) || value.some((name) => typeof name !== 'string')) {
    problems.push(`${where}.after: needs a list of pools such as ["knowledge"]`)
    return undefined
  }
  return value.length === 0 ? undefined : [...new Set(value.map(String))]
}

type Present<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }

const withoutAbsent = <Fields extends object>(fields: Fields): Present<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<Fields>

const nameProblems = (where: string, name: string): string[] => {
  if (RESERVED_NAMES.includes(name)) return [`${where}: this name is taken by Orrery itself`]
  return POOL_NAME.test(name) ? [] : [`${where}: a name needs 1 to 24 of a-z, 0-9 and -, a letter first`]
}

const keyProblems = (where: string, fields: Record<string, unknown>): string[] =>
  Object.keys(fields)
    .filter((key) => !KEYS.includes(key))
    .map((key) => `${where}.${key}: no such key; there are ${KEYS.join(', ')}`)

const serviceProblems = (where: string, services: string[]): string[] =>
  services.length === 0
    ? [`${where}.services: needs a list such as ["agent", "workflow"]`]
    : services
        .filter((service) => !(SERVICE_NAMES as readonly string[]).includes(service))
        .map((service) => `${where}.services: there is no service ${service}; there are ${SERVICE_NAMES.join(', ')}`)

const pool = (name: string, services: string[]): PoolPlan => ({ name, services, min: 1, max: 1, spare: 0 })

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
