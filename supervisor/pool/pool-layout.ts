import type { Settings } from '#shared/config/settings.ts'

/** Every service that a worker can host. The gateway is a process of its own and in no pool. */
export const SERVICE_NAMES = ['agent', 'workflow', 'knowledge', 'tenant', 'console'] as const

export interface PoolPlan {
  name: string
  services: string[]
  min: number
  max: number
}

/** The name becomes part of a socket's path, which is short. */
const POOL_NAME = /^[a-z][a-z0-9-]{0,23}$/
const WORKERS_MAX = 64
/** Name of the pool of gateways, which no table of orrery.toml may use. */
export const GATEWAY_POOL = 'gateway'
const RESERVED_NAMES = [GATEWAY_POOL, 'supervisor']

/** Which pools run when `orrery.toml` names none. */
export const presetPools = (preset: Settings['ORRERY_PRESET']): PoolPlan[] =>
  preset === 'compact'
    ? [pool('all', [...SERVICE_NAMES])]
    : [
        pool('agent', ['agent']),
        pool('workflow', ['workflow']),
        pool('knowledge', ['knowledge']),
        pool('platform', ['tenant', 'console']),
      ]

/**
 * Reads the `[pools.<name>]` tables: `services = ["agent"]`, `min` (default 1), `max` (default `min`). Returns the plans, or what is wrong
 * with them, one line each. Every service must be somewhere.
 */
export const readPools = (tables: unknown): { pools: PoolPlan[]; problems: string[] } => {
  if (!isTable(tables)) return { pools: [], problems: ['pools: needs tables such as [pools.agent]'] }
  const read = Object.entries(tables).map(([name, table]) => readPool(name, table))
  const problems = read.flatMap((entry) => entry.problems)
  const pools = read.map((entry) => entry.plan)
  const placed = new Set(pools.flatMap((plan) => plan.services))
  const homeless = SERVICE_NAMES.filter((service) => !placed.has(service))
  if (homeless.length > 0) problems.push(`pools: no pool has the service ${homeless.join(', ')}`)
  return { pools, problems }
}

const readPool = (name: string, table: unknown): { plan: PoolPlan; problems: string[] } => {
  const where = `pools.${name}`
  const fields = isTable(table) ? table : {}
  const services = Array.isArray(fields.services) ? fields.services.map(String) : []
  const min = fields.min ?? 1
  const max = fields.max ?? min
  const problems = [...nameProblems(where, name), ...keyProblems(where, fields), ...serviceProblems(where, services)]
  if (!isCount(min)) problems.push(`${where}.min: needs a whole number from 1 to ${WORKERS_MAX}`)
  if (!isCount(max) || max < Number(min)) problems.push(`${where}.max: needs a whole number from min to ${WORKERS_MAX}`)
  return { plan: { name, services: [...new Set(services)], min: Number(min), max: Number(max) }, problems }
}

const nameProblems = (where: string, name: string): string[] => {
  if (RESERVED_NAMES.includes(name)) return [`${where}: this name is taken by Orrery itself`]
  return POOL_NAME.test(name) ? [] : [`${where}: a name needs 1 to 24 of a-z, 0-9 and -, a letter first`]
}

const keyProblems = (where: string, fields: Record<string, unknown>): string[] =>
  Object.keys(fields)
    .filter((key) => !['services', 'min', 'max'].includes(key))
    .map((key) => `${where}.${key}: no such key; there are services, min and max`)

const serviceProblems = (where: string, services: string[]): string[] =>
  services.length === 0
    ? [`${where}.services: needs a list such as ["agent", "workflow"]`]
    : services
        .filter((service) => !(SERVICE_NAMES as readonly string[]).includes(service))
        .map((service) => `${where}.services: there is no service ${service}; there are ${SERVICE_NAMES.join(', ')}`)

const pool = (name: string, services: string[]): PoolPlan => ({ name, services, min: 1, max: 1 })

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= WORKERS_MAX
