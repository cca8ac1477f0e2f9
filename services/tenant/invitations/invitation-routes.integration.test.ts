import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestTenant } from '../test/create-test-tenant.ts'
import { asUser, makeMember, makeUser, PASSWORD, ROOT, tokenOf } from '../test/people.ts'

type Tenant = Awaited<ReturnType<typeof createTestTenant>>
const PATH = '/api/spaces/default/invitations'
const invite = async ({ app }: Tenant, body: object, headers: Record<string, string> = ROOT) => {
  const answer = await callApp(app, `POST ${PATH}`, { body, headers })
  const { id, link = '' } = answer.body as { id: string; link?: string }
  return { status: answer.status, id, token: link.split('#')[1] ?? '' }
}
const account = (email: string) => ({ email, name: 'New', password: PASSWORD })
const accept = ({ app }: Tenant, body: object, headers: Record<string, string> = {}) =>
  callApp(app, 'POST /api/accept-invitation', { body, headers })

test('a link makes an account and a member, once, and signs them in', async () => {
  await using tenant = await createTestTenant()
  const { token } = await invite(tenant, { role: 'operator' })
  const look = await callApp(tenant.app, 'POST /api/accept-invitation/look', { body: { token } })
  expect(look.body).toMatchObject({ space: 'Default', role: 'operator', email: null })
  const joined = await accept(tenant, { token, account: account('new@example.org') })
  expect(joined.status).toBe(200)
  expect(tokenOf(joined.headers)).toHaveLength(43)
  expect(await accept(tenant, { token, account: account('other@example.org') })).toMatchObject({
    status: 404,
    body: { code: 'TENANT_LINK_UNUSABLE' },
  })
  expect(await tenant.sql`select role from members`).toMatchObject([{ role: 'operator' }])
  expect(JSON.stringify(await tenant.sql`select * from invitations`)).not.toContain(token)
})

test('of many who open one link at the same time one becomes a member, and the others leave nothing', async () => {
  await using tenant = await createTestTenant()
  const { token } = await invite(tenant, { role: 'viewer' })
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, at) => accept(tenant, { token, account: account(`p${at}@example.org`) })),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(await tenant.sql`select 1 from users`).toHaveLength(1)
  expect(await tenant.sql`select 1 from members`).toHaveLength(1)
})

test('a link that was revoked or is too old is worth nothing, and tells nothing', async () => {
  await using tenant = await createTestTenant()
  const revoked = await invite(tenant, { role: 'viewer' })
  expect((await callApp(tenant.app, `DELETE ${PATH}/${revoked.id}`, { headers: ROOT })).status).toBe(204)
  expect((await callApp(tenant.app, `DELETE ${PATH}/${revoked.id}`, { headers: ROOT })).status).toBe(404)
  const old = await invite(tenant, { role: 'viewer' })
  await tenant.sql`update invitations set expires_at = now() - interval '1 second' where id = ${old.id}`
  await makeUser(tenant, 'known@example.org')
  for (const { token } of [revoked, old]) {
    expect((await callApp(tenant.app, 'POST /api/accept-invitation/look', { body: { token } })).status).toBe(404)
    const answer = await accept(tenant, { token, account: account('known@example.org') })
    expect(answer).toMatchObject({ status: 404, body: { code: 'TENANT_LINK_UNUSABLE' } })
  }
  const open = await callApp(tenant.app, `GET ${PATH}`, { headers: ROOT })
  expect(open.body).toEqual({ invitations: [], nextBeforeId: null })
})

test('an address that has an account is told to sign in, and the link stays good for that', async () => {
  await using tenant = await createTestTenant()
  const user = await makeUser(tenant, 'known@example.org')
  const { token } = await invite(tenant, { role: 'editor', email: 'Known@Example.org' })
  expect(await accept(tenant, { token, account: account('known@example.org') })).toMatchObject({ status: 409 })
  const other = await makeUser(tenant, 'other@example.org')
  expect(await accept(tenant, { token }, asUser(other.id))).toMatchObject({
    status: 403,
    body: { code: 'TENANT_INVITATION_FOR_SOMEBODY_ELSE' },
  })
  expect((await accept(tenant, { token })).status).toBe(403)
  expect((await accept(tenant, { token }, asUser(user.id))).status).toBe(200)
  expect(await tenant.sql`select user_id from members`).toMatchObject([{ user_id: user.id }])
})

test('an invitation never lowers or raises a membership that is there', async () => {
  await using tenant = await createTestTenant()
  const owner = await makeMember(tenant, 'default', 'owner')
  const { token } = await invite(tenant, { role: 'viewer' })
  expect((await accept(tenant, { token }, asUser(owner.id))).status).toBe(200)
  expect(await tenant.dependencies.members.roleOf('default', owner.id)).toBe('owner')
})

test('admins invite up to their own role, and makers not at all', async () => {
  await using tenant = await createTestTenant()
  const admin = asUser((await makeMember(tenant, 'default', 'admin')).id)
  const editor = asUser((await makeMember(tenant, 'default', 'editor')).id)
  expect((await invite(tenant, { role: 'admin' }, admin)).status).toBe(201)
  expect((await invite(tenant, { role: 'owner' }, admin)).status).toBe(403)
  expect((await invite(tenant, { role: 'viewer' }, editor)).status).toBe(403)
  const high = await invite(tenant, { role: 'owner' })
  expect((await callApp(tenant.app, `DELETE ${PATH}/${high.id}`, { headers: admin })).status).toBe(403)
})
