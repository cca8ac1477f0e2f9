import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestTenant } from '../test/create-test-tenant.ts'
import { asAdministrator, asUser, makeMember, makeUser, PASSWORD, ROOT, signIn, tokenOf } from '../test/people.ts'
import { resolveSession } from './resolve-session.ts'

type Tenant = Awaited<ReturnType<typeof createTestTenant>>
const WRONG = 'not the right password'
const isAlive = async ({ dependencies }: Tenant, token: string) =>
  (await resolveSession(dependencies, { token, appId: undefined })).valid

test('guessing ends after ten attempts, also many at once, and an unknown address looks like a known one', async () => {
  await using tenant = await createTestTenant()
  await makeUser(tenant, 'ada@example.org')
  for (const email of ['ada@example.org', 'nobody@example.org']) {
    const answers = await Promise.all(Array.from({ length: 14 }, () => signIn(tenant, email, { password: WRONG })))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429, 429, 429])
    expect(new Set(answers.map(({ body }) => (body as { code: string }).code)).size).toBe(2)
  }
  expect((await signIn(tenant, 'ada@example.org')).status).toBe(429) // the right one comes too late as well
  expect((await signIn(tenant, 'ada@example.org', { address: '192.0.2.99' })).status).toBe(200) // elsewhere it works
})

test('guessing from many addresses ends too, but not for the address where somebody always works', async () => {
  await using tenant = await createTestTenant()
  await makeUser(tenant, 'ada@example.org')
  expect((await signIn(tenant, 'ada@example.org', { address: '192.0.2.7' })).status).toBe(200)
  const key = await tenant.sql`select key from sign_in_attempts where points = 0`
  expect(key.length).toBeGreaterThan(0)
  // As after a hundred failures from a hundred addresses.
  await tenant.sql`update sign_in_attempts set points = 100 where points = 0`
  expect((await signIn(tenant, 'ada@example.org', { address: '198.51.100.1', password: WRONG })).status).toBe(429)
  expect((await signIn(tenant, 'ada@example.org', { address: '198.51.100.2' })).status).toBe(429)
  await tenant.sql`delete from sign_in_attempts where points = 100 and expire < now() + interval '20 minutes'`
  expect((await signIn(tenant, 'ada@example.org', { address: '192.0.2.7' })).status).toBe(200)
})

test('attempts are forgotten with time', async () => {
  await using tenant = await createTestTenant()
  await makeUser(tenant, 'ada@example.org')
  for (let attempt = 0; attempt < 11; attempt += 1) await signIn(tenant, 'ada@example.org', { password: WRONG })
  expect((await signIn(tenant, 'ada@example.org')).status).toBe(429)
  await tenant.sql`update sign_in_attempts set expire = now() - interval '1 second'`
  expect((await signIn(tenant, 'ada@example.org')).status).toBe(200)
})

test('each sign-in has a token of its own, the database holds none, and the one before it ends', async () => {
  await using tenant = await createTestTenant()
  await makeUser(tenant, 'ada@example.org')
  const first = tokenOf((await signIn(tenant, 'ada@example.org')).headers)
  const again = await callApp(tenant.app, 'POST /api/sign-in', {
    body: { email: 'ada@example.org', password: PASSWORD },
    headers: { cookie: `orrery-session=${first}` },
  })
  const second = tokenOf(again.headers)
  expect(second).not.toBe(first)
  expect([await isAlive(tenant, first), await isAlive(tenant, second)]).toEqual([false, true])
  expect(JSON.stringify(await tenant.sql`select * from sessions`)).not.toContain(second)
})

test('a session ends when it was not used for long, and at its end however much it was used', async () => {
  await using tenant = await createTestTenant()
  await makeUser(tenant, 'ada@example.org')
  const [idle, old] = [
    tokenOf((await signIn(tenant, 'ada@example.org')).headers),
    tokenOf((await signIn(tenant, 'ada@example.org')).headers),
  ]
  const [first, second] = await tenant.sql`select id from sessions order by created_at`
  await tenant.sql`update sessions set last_seen_at = now() - interval '71 hours' where id = ${first?.id}`
  expect(await isAlive(tenant, idle)).toBe(true) // and is seen now
  await tenant.sql`update sessions set last_seen_at = last_seen_at - interval '71 hours' where id = ${first?.id}`
  expect(await isAlive(tenant, idle)).toBe(true)
  await tenant.sql`update sessions set last_seen_at = now() - interval '73 hours' where id = ${first?.id}`
  await tenant.sql`update sessions set expires_at = now() - interval '1 second' where id = ${second?.id}`
  expect([await isAlive(tenant, idle), await isAlive(tenant, old)]).toEqual([false, false])
})

test('another password ends every other session and every link, and needs the present one', async () => {
  await using tenant = await createTestTenant()
  const user = await makeUser(tenant, 'ada@example.org')
  const elsewhere = tokenOf((await signIn(tenant, 'ada@example.org')).headers)
  const link = await callApp(tenant.app, `POST /api/users/${user.id}/reset-link`, { headers: ROOT })
  const change = (current: string) =>
    callApp(tenant.app, 'PUT /api/me/password', {
      body: { current, password: 'another seven worlds' },
      headers: asUser(user.id),
    })
  expect((await change(WRONG)).status).toBe(401)
  const changed = await change(PASSWORD)
  expect(changed.status).toBe(204)
  expect([await isAlive(tenant, elsewhere), await isAlive(tenant, tokenOf(changed.headers))]).toEqual([false, true])
  const token = (link.body as { link: string }).link.split('reset=')[1]
  const reset = await callApp(tenant.app, 'POST /api/reset-password', { body: { token, password: PASSWORD } })
  expect(reset.status).toBe(404)
})

test("an administrator's link sets a password once, also when the account is held back by failures", async () => {
  await using tenant = await createTestTenant()
  const user = await makeUser(tenant, 'ada@example.org')
  const elsewhere = tokenOf((await signIn(tenant, 'ada@example.org')).headers)
  for (let attempt = 0; attempt < 11; attempt += 1) await signIn(tenant, 'ada@example.org', { password: WRONG })
  const link = await callApp(tenant.app, `POST /api/users/${user.id}/reset-link`, { headers: ROOT })
  const token = (link.body as { link: string }).link.split('reset=')[1]
  const body = { token, password: 'another seven worlds' }
  const answers = await Promise.all([1, 2].map(() => callApp(tenant.app, 'POST /api/reset-password', { body })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 404])
  expect(await isAlive(tenant, elsewhere)).toBe(false)
  const refused = await callApp(tenant.app, `POST /api/users/${user.id}/reset-link`, { headers: asUser(user.id) })
  expect(refused.status).toBe(403)
})

test('the last administrator who can sign in is neither disabled, nor demoted, nor deleted', async () => {
  await using tenant = await createTestTenant()
  const ada = await makeUser(tenant, 'ada@example.org', { administrator: true })
  const path = `/api/users/${ada.id}` as const
  const change = (body: object) => callApp(tenant.app, `PATCH ${path}`, { body, headers: asAdministrator(ada.id) })
  expect(await change({ disabled: true })).toMatchObject({ status: 409, body: { code: 'TENANT_ADMINISTRATOR_LAST' } })
  expect((await change({ administrator: false })).status).toBe(409)
  expect((await callApp(tenant.app, `DELETE ${path}`, { headers: ROOT })).status).toBe(409)
  // One who never chose a password is no way in.
  await callApp(tenant.app, 'POST /api/users', {
    body: { email: 'bob@example.org', name: 'Bob', administrator: true },
    headers: ROOT,
  })
  expect((await change({ disabled: true })).status).toBe(409)
  await makeUser(tenant, 'grace@example.org', { administrator: true })
  expect((await change({ administrator: false })).status).toBe(200)
})

test('who owns a space alone hands it over before their account is deleted', async () => {
  await using tenant = await createTestTenant()
  const owner = await makeMember(tenant, 'default', 'owner')
  const remove = () => callApp(tenant.app, `DELETE /api/users/${owner.id}`, { headers: ROOT })
  expect(await remove()).toMatchObject({ status: 409, body: { code: 'TENANT_OWNER_LAST' } })
  await makeMember(tenant, 'default', 'owner')
  expect((await remove()).status).toBe(204)
  expect(await tenant.dependencies.members.roleOf('default', owner.id)).toBeUndefined()
})
