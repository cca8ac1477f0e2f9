import { Elysia, t } from 'elysia'
import type { TenantDependencies } from '../dependencies.ts'
import { verifyCredentials } from './verify-credentials.ts'

/** What the gateway asks before it lets an app's request in. Reached over unix sockets alone, so it is in no public document. */
export const credentialRoutes = (dependencies: TenantDependencies) => {
  const checks = dependencies.metrics.counter(
    'orrery_tenant_credential_checks_total',
    'Credentials that the gateway asked about, by result.',
  )
  return new Elysia({ prefix: '/internal/credentials' }).post(
    '/verify',
    async ({ body }) => {
      const appId = await verifyCredentials(dependencies, body)
      checks.add(1, { result: appId === undefined ? 'refused' : 'accepted' })
      return appId === undefined ? { valid: false as const } : { valid: true as const, appId }
    },
    {
      body: t.Object({ apiKey: t.String({ maxLength: 256 }), apiSecret: t.String({ maxLength: 256 }) }),
      response: {
        200: t.Union([t.Object({ valid: t.Literal(true), appId: t.String() }), t.Object({ valid: t.Literal(false) })]),
      },
      detail: { hide: true },
    },
  )
}
