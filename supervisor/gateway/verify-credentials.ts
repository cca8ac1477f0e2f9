import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { isAction, KEY_ACTIONS } from '#shared/permissions/actions.ts'
import { CallLimits } from '#shared/permissions/call-limits.ts'
import { askTenant } from './ask-tenant.ts'
import { CredentialsUncheckedError } from './errors.ts'
import type { ForwardDependencies } from './forward-request.ts'
import type { KeyFacts } from './known-key.ts'

/** The tenant service's answer. */
const Answer = Type.Union([
  Type.Object({
    valid: Type.Literal(true),
    appId: Type.String({ minLength: 1 }),
    /** Absent from a worker of a release that knew no scopes, during an upgrade: its keys could do everything that keys can. */
    actions: Type.Optional(Type.Array(Type.String())),
    /** Unix milliseconds; null for a key without an end. */
    expiresAtMs: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
    limits: Type.Optional(Type.Object({ key: Type.Optional(CallLimits), app: Type.Optional(CallLimits) })),
  }),
  Type.Object({ valid: Type.Literal(false) }),
])

/** Asks the tenant service whose credentials these are, and what they allow. Throws CredentialsUncheckedError when it cannot tell. */
export const createCredentialVerifier =
  (dependencies: ForwardDependencies) =>
  async (apiKey: string, apiSecret: string): Promise<KeyFacts | undefined> => {
    const answer = await askTenant(dependencies, '/internal/credentials/verify', { apiKey, apiSecret })
    if (!Value.Check(Answer, answer)) throw new CredentialsUncheckedError(new Error('The answer makes no sense.'))
    if (!answer.valid) return undefined
    const { appId, actions, expiresAtMs, limits } = answer
    return {
      appId,
      apiKey,
      actions: new Set(actions?.filter(isAction) ?? KEY_ACTIONS),
      expiresAtMs: expiresAtMs ?? undefined,
      limits,
    }
  }
