import { callApp } from '#shared/testing/call-app.ts'
import type { Role } from '../tables.ts'
import type { createTestTenant } from './create-test-tenant.ts'

type Tenant = Awaited<ReturnType<typeof createTestTenant>>

export const ROOT = { 'x-orrery-caller': 'root' }
export const PASSWORD = 'orbits of seven worlds'

/** Headers as the gateway sends them for a member, or for an administrator. */
export const asUser = (userId: string) => ({ 'x-orrery-caller': 'app', 'x-orrery-user': userId })
export const asAdministrator = (userId: string) => ({ 'x-orrery-caller': 'root', 'x-orrery-user': userId })

/** The token in a `Set-Cookie` line; empty when there is none. */
export const tokenOf = (headers: Headers): string => /=([^;]*);/.exec(headers.get('set-cookie') ?? '')?.[1] ?? ''

/** A user with a password, made without the API. */
export const makeUser = async ({ dependencies }: Tenant, email: string, more: { administrator?: boolean } = {}) => {
  const passwordHash = await dependencies.passwords.hash(PASSWORD)
  const user = await dependencies.users.insert({ email, name: email.split('@')[0] ?? '', passwordHash, ...more })
  if (!user) throw new Error(`${email} has an account already`)
  return user
}

/** A user who is a member of a space. */
export const makeMember = async (tenant: Tenant, spaceId: string, role: Role) => {
  const user = await makeUser(tenant, `${role}-${Bun.randomUUIDv7().slice(-6)}@example.org`)
  await tenant.dependencies.members.insert({ spaceId, userId: user.id, role })
  return user
}

export const signIn = (tenant: Tenant, email: string, more: { password?: string; address?: string } = {}) =>
  callApp(tenant.app, 'POST /api/sign-in', {
    body: { email, password: more.password ?? PASSWORD },
    headers: { 'x-forwarded-for': more.address ?? '192.0.2.1' },
  })
