/** People on the whole system: the first administrator, sessions in cookies, members who act for the apps of their space. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createBrowserSession } from './browser-session.ts'
import { PASSWORD } from './people.ts'

let orrery: RunningOrrery
/** The administrator, in one browser. */
let admin: ReturnType<typeof createBrowserSession>

beforeAll(async () => {
  // Slow enough that a session ends while an answer comes.
  orrery = await startOrrery({ env: { ORRERY_REHEARSAL_TOKEN_MS: '200' } })
  admin = createBrowserSession(orrery)
  const code = readFileSync(join(orrery.dataDirectory, 'setup-code'), 'utf8').trim()
  const line = `${orrery.url}/setup  (code ${code}`
  await waitFor(() => orrery.output().includes(line), { what: 'the line that tells the code' })
  const account = { email: 'ada@example.org', name: 'Ada', password: PASSWORD }
  const made = await admin.call('POST', '/api/setup', { body: { code, ...account } })
  expect(made.status).toBe(201)
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

const signInAs = async (email: string) => {
  const browser = createBrowserSession(orrery)
  expect((await browser.call('POST', '/api/sign-in', { body: { email, password: PASSWORD } })).status).toBe(200)
  return browser
}

/** A new member of the default space, signed in. */
const inviteMember = async (email: string, role: string) => {
  const invitation = await admin.call('POST', '/api/spaces/default/invitations', { body: { role } })
  const token = String(invitation.body.link).split('#')[1]
  const browser = createBrowserSession(orrery)
  const account = { email, name: role, password: PASSWORD }
  const accepted = await browser.call('POST', '/api/accept-invitation', { body: { token, account } })
  expect(accepted.status).toBe(200)
  return { browser, userId: String(accepted.body.id) }
}

const appOf = (appId: string) => ({ headers: { 'x-consumer-username': appId } })

test('the cookie is for this server alone and out of reach of scripts, and over HTTPS for this very host', async () => {
  const browser = createBrowserSession(orrery)
  const body = { email: 'ADA@example.org', password: PASSWORD }
  const plain = await browser.call('POST', '/api/sign-in', { body })
  expect(plain.headers.get('set-cookie')).toMatch(
    /^orrery-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
  )
  const secure = createBrowserSession(orrery, { 'x-forwarded-proto': 'https' })
  const signedIn = await secure.call('POST', '/api/sign-in', { body })
  expect(signedIn.headers.get('set-cookie')).toMatch(/^__Host-orrery-session=.*; Secure$/)
  expect((await secure.call('GET', '/api/me')).status).toBe(200)
  // A cookie that a neighbour could have planted does not count there.
  const planted = [...browser.cookies.values()][0] ?? ''
  const victim = createBrowserSession(orrery, { 'x-forwarded-proto': 'https', cookie: `orrery-session=${planted}` })
  expect((await victim.call('GET', '/api/me')).status).toBe(401)
})

test('an administrator does what the root key does, and is named as themselves', async () => {
  expect((await admin.call('GET', '/api/me')).body).toMatchObject({
    kind: 'user',
    user: { email: 'ada@example.org', administrator: true },
    spaces: [{ id: 'default', role: 'owner' }],
  })
  expect((await admin.call('GET', '/api/users')).status).toBe(200)
  expect((await admin.call('GET', '/api/flows', appOf('starter'))).status).toBe(200)
  expect((await admin.call('POST', '/api/apps', { body: { name: 'By session' } })).status).toBe(201)
  expect(existsSync(join(orrery.dataDirectory, 'setup-code'))).toBe(false)
})

test('a session works for pages of this server alone', async () => {
  const body = { name: 'Stolen' }
  for (const origin of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none', origin: 'https://evil.test' },
    { 'sec-fetch-site': 'none' },
  ]) {
    const answer = await admin.call('POST', '/api/apps', { body, headers: origin })
    expect(answer).toMatchObject({ status: 403, body: { code: 'GATEWAY_CROSS_SITE' } })
  }
  const linked = await admin.call('GET', '/api/users', { headers: { 'sec-fetch-site': 'cross-site' } })
  expect(linked.status).toBe(403)
  const foreign = createBrowserSession(orrery, { 'sec-fetch-site': 'cross-site' })
  const signIn = await foreign.call('POST', '/api/sign-in', { body: { email: 'ada@example.org', password: PASSWORD } })
  expect(signIn).toMatchObject({ status: 403, body: { code: 'GATEWAY_CROSS_SITE' } })
})

test('signing out, ending a session elsewhere and disabling somebody work from the next request on', async () => {
  const [one, two, three] = [
    await signInAs('ada@example.org'),
    await signInAs('ada@example.org'),
    await signInAs('ada@example.org'),
  ]
  const statusOf = async (browser: typeof one) => (await browser.call('GET', '/api/me')).status
  expect([await statusOf(one), await statusOf(two), await statusOf(three)]).toEqual([200, 200, 200])
  const stolen = new Map(one.cookies)
  expect((await one.call('DELETE', '/api/sessions/current')).status).toBe(204)
  expect(one.cookies.size).toBe(0)
  for (const [name, value] of stolen) one.cookies.set(name, value)
  expect(await statusOf(one)).toBe(401)

  const { sessions } = (await two.call('GET', '/api/sessions')).body as { sessions: { id: string; current: boolean }[] }
  expect(sessions.filter(({ current }) => current)).toHaveLength(1)
  expect((await two.call('DELETE', '/api/sessions')).status).toBe(204)
  expect([await statusOf(two), await statusOf(three)]).toEqual([200, 401])
  admin = two // its session ended as well

  const { browser, userId } = await inviteMember('leaves@example.org', 'viewer')
  expect(await statusOf(browser)).toBe(200)
  await admin.call('PATCH', `/api/users/${userId}`, { body: { disabled: true } })
  expect(await statusOf(browser)).toBe(401)
  const back = await createBrowserSession(orrery).call('POST', '/api/sign-in', {
    body: { email: 'leaves@example.org', password: PASSWORD },
  })
  expect(back.status).toBe(401)
})

test('members act for the apps of their space as far as their role goes, and for no other', async () => {
  const space = (await admin.call('POST', '/api/spaces', { body: { name: 'Elsewhere' } })).body
  const { browser: editor, userId } = await inviteMember('editor@example.org', 'editor')
  const { browser: viewer } = await inviteMember('viewer@example.org', 'viewer')

  expect((await editor.call('GET', '/api/flows', appOf('starter'))).status).toBe(200)
  expect((await viewer.call('GET', '/api/flows', appOf('starter'))).status).toBe(200)
  expect(await editor.call('GET', '/api/flows')).toMatchObject({ status: 403, body: { code: 'GATEWAY_APP_UNNAMED' } })
  expect(await editor.call('GET', '/api/flows', appOf('unknown'))).toMatchObject({
    status: 403,
    body: { code: 'GATEWAY_APP_FOREIGN' },
  })
  const base = { body: { name: 'Notes' }, ...appOf('starter') }
  expect((await editor.call('POST', '/api/bases', base)).status).toBe(201)
  expect(await viewer.call('POST', '/api/bases', base)).toMatchObject({ status: 403 })
  expect((await editor.call('POST', '/api/models', base)).status).toBe(403)
  expect((await editor.call('GET', `/api/spaces/${space.id}`)).status).toBe(404)
  expect((await editor.call('GET', '/api/users')).status).toBe(403)
  expect((await editor.call('GET', '/api/spaces')).body.spaces).toMatchObject([{ id: 'default', role: 'editor' }])

  await admin.call('PATCH', `/api/spaces/default/members/${userId}`, { body: { role: 'viewer' } })
  expect((await editor.call('POST', '/api/bases', base)).status).toBe(403)
  await admin.call('DELETE', `/api/spaces/default/members/${userId}`)
  expect((await editor.call('GET', '/api/flows', appOf('starter'))).status).toBe(403)
})

test('a stream ends with the session that it was opened by', async () => {
  const browser = await signInAs('ada@example.org')
  const response = await fetch(`${orrery.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...{ 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', 'x-consumer-username': 'starter' },
    },
    body: JSON.stringify({
      ...{ model: 'rehearsal', stream: true },
      messages: [{ role: 'user', content: 'What are the four promises of Orrery?' }],
    }),
  })
  expect(response.status).toBe(200)
  const text = response.text().catch(() => 'cut')
  expect((await browser.call('DELETE', '/api/sessions/current')).status).toBe(204)
  expect(await text).not.toContain('[DONE]')
})

test('an Authorization header wins over the cookie, also a wrong one', async () => {
  const wrong = await admin.call('GET', '/api/users', { headers: { authorization: 'Bearer wrong:key' } })
  expect(wrong.status).toBe(401)
  const root = await admin.call('GET', '/api/me', { headers: { authorization: `Bearer ${orrery.rootKey}` } })
  expect(root.body).toMatchObject({ kind: 'root', user: null })
})
