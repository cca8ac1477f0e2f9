import { Elysia, t } from 'elysia'
import { CallLimits, type LimitPair } from '#shared/permissions/call-limits.ts'
import type { VerifyCredentialsAnswer } from '../contract.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { toLimits } from '../limits/limit-schemas.ts'
import type { CallLimitsRow } from '../tables.ts'
import { actionsOf } from './scope-policy.ts'
import { verifyCredentials } from './verify-credentials.ts'

/** What the gateway asks before it lets an app's request in. Reached over unix sockets alone, so it is in no public document. */
export const credentialRoutes = (dependencies: TenantDependencies) => {
  const checks = dependencies.metrics.counter(
    'orrery_tenant_credential_checks_total',
    'Credentials that the gateway asked about, by result.',
  )
  return new Elysia({ prefix: '/internal/credentials' })
    .post(
      '/verify',
      async ({ body }): Promise<VerifyCredentialsAnswer> => {
        const key = await verifyCredentials(dependencies, body)
        checks.add(1, { result: key ? 'accepted' : 'refused' })
        if (!key) return { valid: false }
        const { appId, apiKey, scopes, expiresAt } = key
        await dependencies.keys.markUsed(appId, apiKey)
        const limits = await dependencies.limits.findBoth(appId, apiKey)
        const expiresAtMs = expiresAt?.getTime() ?? null
        return { valid: true, appId, actions: actionsOf(scopes), expiresAtMs, ...limitsOf(limits) }
      },
      { body: Credentials, response: { 200: Answer }, detail: { hide: true } },
    )
    .post('/standing', async ({ body }) => ({ usable: await dependencies.keys.listUsable(body.apiKeys) }), {
      body: t.Object({ apiKeys: t.Array(ApiKey, { maxItems: STANDING_KEYS_MAX }) }),
      response: { 200: t.Object({ usable: t.Array(t.String()) }) },
      detail: { hide: true },
    })
}

/** Of one question about keys whose streams are open; gateways ask again about more. */
export const STANDING_KEYS_MAX = 1_000

/** Absent when there are none, as for most keys. */
const limitsOf = ({ key, app }: { key?: CallLimitsRow; app?: CallLimitsRow }): { limits?: LimitPair } =>
  key || app ? { limits: { ...(key ? { key: toLimits(key) } : {}), ...(app ? { app: toLimits(app) } : {}) } } : {}

const ApiKey = t.String({ maxLength: 256 })
const Credentials = t.Object({ apiKey: ApiKey, apiSecret: t.String({ maxLength: 256 }) })
const Answer = t.Union([
  t.Object({
    valid: t.Literal(true),
    appId: t.String(),
    actions: t.Array(t.String()),
    expiresAtMs: t.Nullable(t.Number()),
    limits: t.Optional(t.Object({ key: t.Optional(CallLimits), app: t.Optional(CallLimits) })),
  }),
  t.Object({ valid: t.Literal(false) }),
])
