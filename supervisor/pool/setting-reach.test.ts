import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SETTINGS } from '#shared/config/settings.ts'
import { GATEWAY_POOL, SERVICE_NAMES } from './pool-layout.ts'
import { isFixedSetting, reachesPool } from './setting-reach.ts'

const root = resolve(import.meta.dir, '../..')
const poolWith = (...services: string[]) => ({ name: 'x', services })
const gateway = { name: GATEWAY_POOL, services: [] }

/** Names of settings that the sources in a folder, or in one file, read. */
const readBy = (path: string): string[] => {
  const full = join(root, path)
  const files = path.endsWith('.ts')
    ? [full]
    : readdirSync(full, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !/(^|\/)(test|fixtures)\//.test(name))
        .map((name) => join(full, name))
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n')
  const isRead = (name: string) =>
    new RegExp(`settings\\.${name}\\b|\\{[^}]*\\b${name}\\b[^}]*\\} = [\\w.]*settings`).test(text)
  return Object.keys(SETTINGS.properties).filter(isRead)
}

test.each([...SERVICE_NAMES])('every setting that %s reads reaches the workers that host it', (service) => {
  const read = [...readBy(`services/${service}`), ...readBy('services/main.ts')].filter(
    (name) => name !== 'ORRERY_DRAIN_MS_MAX', // the order to drain holds it; what a worker was started with counts only when nobody gives orders
  )
  expect(read.filter((name) => !reachesPool(name, poolWith(service)))).toEqual([])
})

test('every setting that the gateway reads reaches it', () => {
  const read = readBy('supervisor/gateway').filter((name) => name !== 'ORRERY_DRAIN_MS_MAX')
  expect(read.filter((name) => !reachesPool(name, gateway))).toEqual([])
})

test('what concerns the gateway alone reaches no worker, and the other way round', () => {
  expect(reachesPool('PORT', poolWith(...SERVICE_NAMES))).toBe(false)
  expect(reachesPool('PORT', gateway)).toBe(true)
  expect(reachesPool('ORRERY_RUN_FRAME_GAP_MS_MAX', gateway)).toBe(false)
  expect(reachesPool('ORRERY_RUN_FRAME_GAP_MS_MAX', poolWith('agent', 'tenant'))).toBe(false)
  expect(reachesPool('ORRERY_RUN_FRAME_GAP_MS_MAX', poolWith('tenant', 'workflow'))).toBe(true)
})

test('a setting that nobody thought of reaches everybody', () => {
  expect(reachesPool('ORRERY_NEW', gateway)).toBe(true)
  expect(reachesPool('ORRERY_NEW', poolWith('console'))).toBe(true)
  expect(isFixedSetting('ORRERY_NEW')).toBe(false)
  expect(isFixedSetting('DATABASE_URL')).toBe(true)
})
