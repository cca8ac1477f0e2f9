import { expect, test } from 'bun:test'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestTenant } from '../test/create-test-tenant.ts'
import { PASSWORD, ROOT, signIn, tokenOf } from '../test/people.ts'
import { openSetup } from './open-setup.ts'

const ada = { email: 'Ada@Example.org ', name: 'Ada', password: PASSWORD }
type Tenant = Awaited<ReturnType<typeof createTestTenant>>
const open = (tenant: Tenant, settings: Parameters<typeof openSetup>[1] = {}) =>
  openSetup({ ...tenant.dependencies, logger: silentLogger }, settings)
const codeOf = (tenant: Tenant) => readFileSync(join(tenant.directory, 'setup-code'), 'utf8').trim()
const setUp = (tenant: Tenant, body: object, headers: Record<string, string> = {}) =>
  callApp(tenant.app, 'POST /api/setup', { body, headers })

test('the setup code makes the first administrator, once, and is gone then', async () => {
  await using tenant = await createTestTenant()
  await open(tenant)
  const code = codeOf(tenant)
  expect(code).toMatch(/^([2-9A-HJ-NP-Z]{5}-){3}[2-9A-HJ-NP-Z]{5}$/)
  expect(statSync(join(tenant.directory, 'setup-code')).mode & 0o777).toBe(0o600)
  expect((await callApp(tenant.app, 'GET /api/sign-in')).body).toMatchObject({ setup: true, user: null })

  const made = await setUp(tenant, { ...ada, code: code.toLowerCase().replaceAll('-', ' ') })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ email: 'ada@example.org', administrator: true, hasPassword: true })
  expect(tokenOf(made.headers)).toHaveLength(43)
  expect(existsSync(join(tenant.directory, 'setup-code'))).toBe(false)
  expect((await callApp(tenant.app, 'GET /api/sign-in')).body).toMatchObject({ setup: false })
  expect(await setUp(tenant, { ...ada, code })).toMatchObject({ status: 409, body: { code: 'TENANT_SETUP_CLOSED' } })
  expect(await setUp(tenant, ada, ROOT)).toMatchObject({ status: 409 })
  expect((await signIn(tenant, 'ada@example.org')).status).toBe(200)
})

test('without the code nobody gets in, however often they guess', async () => {
  await using tenant = await createTestTenant()
  await open(tenant)
  const statuses: number[] = []
  for (let attempt = 0; attempt < 12; attempt += 1) {
    statuses.push((await setUp(tenant, { ...ada, code: `22222-22222-22222-2222${attempt % 10}` })).status)
  }
  expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 403))
  expect(statuses.slice(10)).toEqual([429, 429])
  expect((await setUp(tenant, ada)).status).toBe(429)
  expect(await tenant.sql`select 1 from users`).toHaveLength(0)
  expect((await setUp(tenant, ada, ROOT)).status).toBe(201) // the root key needs no code
})

test('of many who set up at the same time one becomes the administrator', async () => {
  await using tenant = await createTestTenant()
  await open(tenant)
  const code = codeOf(tenant)
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, at) => setUp(tenant, { ...ada, email: `ada${at}@example.org`, code })),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(await tenant.sql`select 1 from users`).toHaveLength(1)
  expect(await tenant.sql`select space_id, role from members`).toMatchObject([{ space_id: 'default', role: 'owner' }])
})

test('settings make the first administrator, and never a second one or another password', async () => {
  await using tenant = await createTestTenant()
  const path = join(tenant.directory, 'password')
  writeFileSync(path, `${PASSWORD}\n`)
  await open(tenant, { ORRERY_ADMIN_EMAIL: 'grace@example.org', ORRERY_ADMIN_PASSWORD_FILE: path })
  expect(existsSync(join(tenant.directory, 'setup-code'))).toBe(false)
  expect((await signIn(tenant, 'grace@example.org')).status).toBe(200)
  await open(tenant, { ORRERY_ADMIN_EMAIL: 'eve@example.org', ORRERY_ADMIN_PASSWORD: 'another password entirely' })
  expect((await signIn(tenant, 'eve@example.org', { password: 'another password entirely' })).status).toBe(401)
  expect(await tenant.sql`select 1 from users`).toHaveLength(1)
})

test('settings that cannot be used leave the setup open by its code', async () => {
  await using tenant = await createTestTenant()
  await open(tenant, { ORRERY_ADMIN_EMAIL: 'grace@example.org', ORRERY_ADMIN_PASSWORD_FILE: '/nowhere/password' })
  expect((await setUp(tenant, { ...ada, code: codeOf(tenant) })).status).toBe(201)
})

test.each([
  ['short', 'seven chars'],
  ['of one pattern', 'abababababababab'],
  ['the address itself', 'ada@example.org'],
])('a password that is %s is refused', async (_, password) => {
  await using tenant = await createTestTenant()
  expect(await setUp(tenant, { ...ada, password }, ROOT)).toMatchObject({ body: { code: 'TENANT_PASSWORD_WEAK' } })
})
