import { Elysia, t } from 'elysia'
import { QuotaBlock } from '#shared/permissions/call-limits.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { reserveQuota, returnQuota } from './reserve-quota.ts'

const Subject = { appId: t.String({ maxLength: 64 }), apiKey: t.String({ maxLength: 256 }) }
const Unused = t.Object({ day: t.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' }), requests: t.Integer({ minimum: 0 }) })

/** What gateways ask when an app or a key has a quota. Reached over unix sockets alone, so it is in no public document. */
export const quotaRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/internal/tenant/quotas' })
    .post('/reserve', ({ body }) => reserveQuota(dependencies, body), {
      body: t.Object({ ...Subject, unused: t.Optional(Unused) }),
      response: { 200: QuotaBlock },
      detail: { hide: true },
    })
    .post(
      '/return',
      async ({ body }) => {
        await returnQuota(dependencies, body)
        return {}
      },
      { body: t.Object({ ...Subject, unused: Unused }), response: { 200: t.Object({}) }, detail: { hide: true } },
    )
