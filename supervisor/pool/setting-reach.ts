import type { Settings } from '#shared/config/settings.ts'
import { GATEWAY_POOL } from './pool-layout.ts'

/**
 * Who uses a setting: processes of these kinds (`gateway`, `worker` for every worker, or workers that host the named services), the supervisor
 * alone, or nobody who can be given another value while Orrery runs.
 */
type Reach =
  | readonly ('gateway' | 'worker' | 'agent' | 'workflow' | 'knowledge' | 'link' | 'tenant')[]
  | 'supervisor'
  | 'fixed'

/** A setting that is not here is taken to be used by every process: too many are replaced then, never too few. */
const REACHES: { readonly [Name in keyof Settings]?: Reach } = {
  HOST: ['gateway'],
  PORT: ['gateway'],
  ORRERY_SERVICE_PORTS: ['gateway'],
  ORRERY_DATA: 'fixed',
  ORRERY_ROOT_KEY: 'fixed',
  ORRERY_INSTANCE_KEY: 'fixed',
  DATABASE_URL: 'fixed',
  ORRERY_PRESET: 'supervisor', // what it means is in the pools
  ORRERY_DRAIN_MS_MAX: 'supervisor', // told with each order to drain
  ORRERY_ALERT_WEBHOOK: 'supervisor',
  ORRERY_BODY_BYTES_MAX: ['gateway', 'worker'],
  ORRERY_OUTBOUND_ALLOW: ['agent', 'workflow', 'knowledge', 'link'],
  ORRERY_REHEARSAL_TOKEN_MS: ['agent', 'workflow'],
  ORRERY_ADMIN_EMAIL: ['tenant'],
  ORRERY_ADMIN_PASSWORD: ['tenant'],
  ORRERY_ADMIN_PASSWORD_FILE: ['tenant'],
  ORRERY_SESSION_IDLE_HOURS: ['tenant'],
  ORRERY_SESSION_HOURS_MAX: ['tenant'],
  ORRERY_COOKIE_SECURE: ['tenant'],
  ORRERY_AUDIT_KEEP_DAYS: ['tenant'],
  ORRERY_OIDC_ISSUER: ['tenant'],
  ORRERY_OIDC_CLIENT_ID: ['tenant'],
  ORRERY_OIDC_CLIENT_SECRET: ['tenant'],
  ORRERY_OIDC_CLIENT_SECRET_FILE: ['tenant'],
  ORRERY_OIDC_NAME: ['tenant'],
  ORRERY_OIDC_DOMAINS: ['tenant'],
  ORRERY_OIDC_CREATE: ['tenant'],
  RAGFLOW_BASE_URL: ['knowledge'],
  RAGFLOW_API_TOKEN: ['knowledge'],
  RAGFLOW_API_TOKEN_FILE: ['knowledge'],
  RAGFLOW_TIMEOUT: ['knowledge'],
  RAGFLOW_DEFAULT_GROUP: ['knowledge'],
  ORRERY_RUN_FRAME_GAP_MS_MAX: ['workflow'],
  ORRERY_RUN_KEEP_DAYS: ['workflow'],
  ORRERY_RUN_KEEP_DAYS_BY_KIND: ['workflow'],
}

const reachOf = (name: string): Reach => REACHES[name as keyof Settings] ?? ['gateway', 'worker']

/** True for a setting that only a new start of the whole can change: it decides where the data is, or who may read it. */
export const isFixedSetting = (name: string): boolean => reachOf(name) === 'fixed'

/** True when processes of a pool behave otherwise with another value of a setting. `pool` is GATEWAY_POOL for gateways. */
export const reachesPool = (name: string, pool: { name: string; services: readonly string[] }): boolean => {
  const reach = reachOf(name)
  if (reach === 'supervisor') return false
  if (reach === 'fixed') return true
  if (pool.name === GATEWAY_POOL) return reach.includes('gateway')
  return reach.some((user) => user === 'worker' || pool.services.includes(user))
}

/** The settings that processes of a pool use. */
export const settingsOfPool = (
  settings: Settings,
  pool: { name: string; services: readonly string[] },
): Partial<Settings> => Object.fromEntries(Object.entries(settings).filter(([name]) => reachesPool(name, pool)))
