/** The audit log on the whole system: every change of every service, by whom, and what came of it. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { createBrowserSession } from './browser-session.ts'
import { PASSWORD } from './people.ts'

let orrery: RunningOrrery
const account = { email: 'ada@example.org', name: 'Ada', password: PASSWORD }

beforeAll(async () => {
  orrery = await startOrrery()
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

type Entry = Record<string, unknown>

/** A browser, or a program when it has a key. */
const callerWith = (key?: string) =>
  createBrowserSession(orrery, key === undefined ? {} : { authorization: `Bearer ${key}` })
const root = () => callerWith(orrery.rootKey)
const entriesOf = async (query: string, by = root()) => {
  const { status, body } = await by.call('GET', `/api/audit?${query}`)
  expect(status).toBe(200)
  return body.entries as Entry[]
}

test('a change of any service is written down before it is answered, with who, what and how it ended', async () => {
  const app = (await root().call('POST', '/api/apps', { body: { name: 'Audited' } })).body
  const { apiKey, apiSecret } = app.key as { apiKey: string; apiSecret: string }
  expect((await entriesOf('limit=1'))[0]).toMatchObject({
    ...{ service: 'tenant', actor: 'root', actorId: '', action: 'apps:write' },
    ...{ method: 'POST', path: '/api/apps', status: 201, code: '', address: '127.0.0.1' },
  })

  const own = callerWith(`${apiKey}:${apiSecret}`)
  expect((await own.call('POST', '/api/bases', { body: { name: 'Notes' } })).status).toBe(201)
  expect((await entriesOf('limit=1'))[0]).toMatchObject({
    ...{ service: 'knowledge', actor: 'key', actorId: apiKey, appId: app.appId },
    ...{ action: 'knowledge:write', path: '/api/bases', status: 201 },
  })
  expect((await own.call('DELETE', '/api/flows/4711')).status).toBe(404)
  expect((await entriesOf('limit=1'))[0]).toMatchObject({ service: 'workflow', action: 'flows:write', status: 404 })

  await root().call('POST', '/v2/app', { body: { request_id: 'r' } })
  expect((await entriesOf('limit=1'))[0]).toMatchObject({ path: '/v2/app', status: 200, code: '14001' })
})

test('who was not allowed to change something is written down, also when no service heard of it', async () => {
  const app = (await root().call('POST', '/api/apps', { body: { name: 'Refused' } })).body
  const { apiKey, apiSecret } = app.key as { apiKey: string; apiSecret: string }
  const own = callerWith(`${apiKey}:${apiSecret}`)
  expect((await own.call('POST', '/api/apps', { body: { name: 'More' } })).status).toBe(403)
  expect((await entriesOf('limit=1'))[0]).toMatchObject({
    ...{ service: 'tenant', actor: 'key', actorId: apiKey, appId: app.appId },
    ...{ action: 'apps:write', path: '/api/apps', status: 403, address: '127.0.0.1' },
  })
  expect((await entriesOf('limit=1'))[0]?.code).not.toBe('')
})

test('signing in is written down, with the address that somebody tried in vain and never the password', async () => {
  const browser = createBrowserSession(orrery)
  await root().call('POST', '/api/setup', { body: account })
  await browser.call('POST', '/api/sign-in', { body: { ...account, password: 'not the right password' } })
  const signedIn = await browser.call('POST', '/api/sign-in', { body: account })
  const [success, failure] = await entriesOf('action=sign-in')
  expect(success).toMatchObject({ actor: 'user', actorId: signedIn.body.id, status: 200 })
  expect(failure).toMatchObject({
    ...{ actor: 'nobody', actorId: 'ada@example.org' },
    ...{ status: 401, code: 'TENANT_SIGN_IN_REFUSED' },
  })
  expect(JSON.stringify(await entriesOf('limit=500'))).not.toContain('password')
})

test('admins of a space see what concerns it and its apps, and nothing else; others see nothing', async () => {
  const admin = createBrowserSession(orrery)
  await admin.call('POST', '/api/sign-in', { body: account })
  const space = (await admin.call('POST', '/api/spaces', { body: { name: 'Apart' } })).body
  const invitation = await admin.call('POST', `/api/spaces/${space.id}/invitations`, { body: { role: 'admin' } })
  const token = String(invitation.body.link).split('#')[1]
  const member = createBrowserSession(orrery)
  const joined = { email: 'bob@example.org', name: 'Bob', password: PASSWORD }
  await member.call('POST', '/api/accept-invitation', { body: { token, account: joined } })

  expect((await member.call('GET', '/api/audit')).status).toBe(403)
  expect((await member.call('GET', '/api/audit?spaceId=default')).status).toBe(404)
  const seen = await entriesOf(`spaceId=${space.id}`, member)
  expect(seen.map(({ action }) => action)).toEqual(['accept-invitation', 'members:write'])
  expect(seen.every(({ spaceId }) => spaceId === space.id)).toBe(true)
})

test('pages follow each other without a gap, and no route changes an entry or takes it away', async () => {
  const all = await entriesOf('limit=500')
  const paged: Entry[] = []
  for (let beforeId: unknown = ''; beforeId !== null; ) {
    const { body } = await root().call('GET', `/api/audit?limit=3${beforeId === '' ? '' : `&beforeId=${beforeId}`}`)
    paged.push(...(body.entries as Entry[]))
    beforeId = body.nextBeforeId
  }
  expect(paged.map(({ id }) => id)).toEqual(all.map(({ id }) => id))
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const path of ['/api/audit', `/api/audit/${all[0]?.id}`]) {
      expect((await root().call(method, path, { body: {} })).status).toBe(404)
    }
  }
})

test('reading and running are not written down', async () => {
  const before = (await entriesOf('limit=1'))[0]?.id
  await root().call('GET', '/api/flows')
  await root().call('POST', '/v1/chat/completions', { body: { model: 'rehearsal', messages: [] } })
  expect((await entriesOf('limit=1'))[0]?.id).toBe(before)
})
