import { expect, test } from 'bun:test'
import { loadConfig } from '#shared/config/load-config.ts'
import { SETTINGS } from '#shared/config/settings.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { createInvitation } from '../invitations/create-invitation.ts'
import { createTestTenant } from '../test/create-test-tenant.ts'
import { CLIENT_ID, CLIENT_SECRET, type OidcPerson, startOidcServer } from '../test/oidc-server.ts'
import { makeUser } from '../test/people.ts'
import { createOidcProvider } from './oidc-provider.ts'

const ADA: OidcPerson = { sub: 'ada-7', email: 'Ada@Example.org', email_verified: true, name: 'Ada' }
const HEADERS = { host: 'orrery.test', 'x-forwarded-host': 'orrery.test' }

/** A tenant service with a provider at which everybody is `person`. */
const startTenant = async (settings: Record<string, string> = {}, person = ADA) => {
  const server = await startOidcServer(person)
  const config = loadConfig(SETTINGS, {
    ORRERY_OIDC_ISSUER: server.issuer,
    ORRERY_OIDC_CLIENT_ID: CLIENT_ID,
    ORRERY_OIDC_CLIENT_SECRET: CLIENT_SECRET,
    ...settings,
  })
  const tenant = await createTestTenant({ oidc: createOidcProvider(config) })
  return {
    ...tenant,
    server,
    async [Symbol.asyncDispose]() {
      await tenant[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
type Tenant = Awaited<ReturnType<typeof startTenant>>

/** Begins a sign-in and goes to the provider: what the browser has then. */
const goToProvider = async ({ app }: Tenant, body: object = {}) => {
  const begun = await callApp(app, 'POST /api/sign-in/oidc', { body, headers: HEADERS })
  expect(begun.status).toBe(200)
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
  const atProvider = await fetch((begun.body as { url: string }).url, { redirect: 'manual' })
  const back = new URL(atProvider.headers.get('location') ?? '')
  expect(`${back.origin}${back.pathname}`).toBe('http://orrery.test/sign-in')
  return { cookie, query: back.search.slice(1) }
}
const comeBack = ({ app }: Tenant, { cookie, query }: { cookie: string; query: string }) =>
  callApp(app, 'POST /api/sign-in/oidc/callback', { body: { query }, headers: { ...HEADERS, cookie } })
const signIn = async (tenant: Tenant, body: object = {}) => comeBack(tenant, await goToProvider(tenant, body))

test('whoever the provider knows gets an account and a session, and the same account again', async () => {
  await using tenant = await startTenant({ ORRERY_OIDC_CREATE: 'always' })
  const first = await signIn(tenant)
  expect(first).toMatchObject({ status: 200, body: { email: 'ada@example.org', name: 'Ada', hasPassword: false } })
  const cookies = first.headers.getSetCookie()
  expect(cookies.map((line) => line.split('=')[0])).toEqual(['orrery-oidc', 'orrery-session'])
  tenant.server.state.person = { sub: 'ada-7', email: 'ada.new@example.org', email_verified: true }
  expect((await signIn(tenant)).body).toMatchObject({ id: (first.body as { id: string }).id })
  expect(await tenant.sql`select 1 from users`).toHaveLength(1)
})

test('without an account and an invitation nobody comes in; with an invitation they are a member', async () => {
  await using tenant = await startTenant()
  expect(await signIn(tenant)).toMatchObject({ status: 403, body: { code: 'TENANT_OIDC_UNINVITED' } })
  const by = { standing: 'administrator', userId: undefined } as const
  const input = { spaceId: 'default', role: 'editor', hours: 1 } as const
  const { token } = await createInvitation(tenant.dependencies, by, input)
  const joined = await signIn(tenant, { invitation: token })
  expect(joined.status).toBe(200)
  expect(await tenant.sql`select role from members`).toMatchObject([{ role: 'editor' }])
  tenant.server.state.person = { ...ADA, sub: 'eve-8', email: 'eve@example.org' }
  expect(await signIn(tenant, { invitation: token })).toMatchObject({ body: { code: 'TENANT_LINK_UNUSABLE' } })
  expect(await tenant.sql`select 1 from users`).toHaveLength(1)
})

test('an address that the provider vouches for is that of its account; another one is nobody', async () => {
  await using tenant = await startTenant({ ORRERY_OIDC_CREATE: 'always' }, { ...ADA, email_verified: false })
  const user = await makeUser(tenant, 'ada@example.org')
  expect(await signIn(tenant)).toMatchObject({ status: 403, body: { code: 'TENANT_OIDC_UNINVITED' } })
  tenant.server.state.person = ADA
  expect(await signIn(tenant)).toMatchObject({ status: 200, body: { id: user.id, hasPassword: true } })
  await tenant.dependencies.users.update(user.id, { disabled: true })
  expect((await signIn(tenant)).status).toBe(401)
})

test('people of other domains stay out', async () => {
  await using tenant = await startTenant({
    ORRERY_OIDC_CREATE: 'always',
    ORRERY_OIDC_DOMAINS: 'orrery.test, example.org',
  })
  expect((await signIn(tenant)).status).toBe(200)
  for (const email of ['eve@evil-example.org', 'eve@example.org.evil.test', 'eve@sub.example.org']) {
    tenant.server.state.person = { sub: email, email, email_verified: true }
    expect(await signIn(tenant)).toMatchObject({ status: 403, body: { code: 'TENANT_OIDC_DOMAIN' } })
  }
})

test.each([
  ['for another client', { lies: { aud: 'somebody-else' } }],
  ['of another sign-in', { lies: { nonce: 'another' } }],
  ['signed by somebody else', { signsWithForeignKey: true }],
])('an ID token %s is refused', async (_, lie) => {
  await using tenant = await startTenant({ ORRERY_OIDC_CREATE: 'always' })
  Object.assign(tenant.server.state, lie)
  expect(await signIn(tenant)).toMatchObject({ status: 401, body: { code: 'TENANT_OIDC_FAILED' } })
  expect(await tenant.sql`select 1 from users`).toHaveLength(0)
})

test('an answer works once, in the browser that asked for it, and for its own state', async () => {
  await using tenant = await startTenant({ ORRERY_OIDC_CREATE: 'always' })
  const [mine, other] = [await goToProvider(tenant), await goToProvider(tenant)]
  expect(await comeBack(tenant, { cookie: '', query: mine.query })).toMatchObject({
    body: { code: 'TENANT_OIDC_EXPIRED' },
  })
  expect(await comeBack(tenant, { cookie: other.cookie, query: mine.query })).toMatchObject({
    body: { code: 'TENANT_OIDC_FAILED' },
  })
  const forged = mine.cookie.replace(/.{6}$/, 'AAAAAA')
  expect((await comeBack(tenant, { cookie: forged, query: mine.query })).status).toBe(401)
  expect((await comeBack(tenant, mine)).status).toBe(200)
  expect(await comeBack(tenant, mine)).toMatchObject({ status: 401, body: { code: 'TENANT_OIDC_FAILED' } })
})

test('a provider that does not answer is told as such, and asked again the next time', async () => {
  const config = loadConfig(SETTINGS, { ORRERY_OIDC_ISSUER: 'http://127.0.0.1:1', ORRERY_OIDC_CLIENT_ID: 'x' })
  await using tenant = await createTestTenant({ oidc: createOidcProvider(config) })
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const begun = await callApp(tenant.app, 'POST /api/sign-in/oidc', { body: {} })
    expect(begun).toMatchObject({ status: 502, body: { code: 'TENANT_OIDC_UNREACHABLE' } })
  }
})

test('without a provider there is no such way in', async () => {
  await using tenant = await createTestTenant()
  expect((await callApp(tenant.app, 'GET /api/sign-in')).body).toMatchObject({ oidc: null })
  expect(await callApp(tenant.app, 'POST /api/sign-in/oidc', { body: {} })).toMatchObject({
    status: 404,
    body: { code: 'TENANT_OIDC_OFF' },
  })
})
