import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { isAction } from '#shared/permissions/actions.ts'
import { askTenant } from './ask-tenant.ts'
import { CredentialsUncheckedError } from './errors.ts'
import type { ForwardDependencies } from './forward-request.ts'
import type { SessionFacts } from './session-cache.ts'

/** The tenant service's answer. */
const Answer = Type.Union([
  Type.Object({
    valid: Type.Literal(true),
    userId: Type.String({ minLength: 1 }),
    administrator: Type.Boolean(),
    actions: Type.Array(Type.String()),
  }),
  Type.Object({ valid: Type.Literal(false) }),
])

/** Asks the tenant service whose session a token is. Throws CredentialsUncheckedError when it cannot tell. */
export const createSessionResolver =
  (dependencies: ForwardDependencies) =>
  async (token: string, appId: string | undefined): Promise<SessionFacts> => {
    const question = { token, ...(appId === undefined ? {} : { appId }) }
    const answer = await askTenant(dependencies, '/internal/tenant/sessions/resolve', question)
    if (!Value.Check(Answer, answer)) throw new CredentialsUncheckedError(new Error('The answer makes no sense.'))
    return toFacts(answer)
  }

const toFacts = (answer: Static<typeof Answer>): SessionFacts =>
  answer.valid
    ? { userId: answer.userId, administrator: answer.administrator, actions: new Set(answer.actions.filter(isAction)) }
    : undefined
