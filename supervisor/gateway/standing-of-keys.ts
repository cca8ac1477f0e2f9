import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { askTenant } from './ask-tenant.ts'
import { CredentialsUncheckedError } from './errors.ts'
import type { ForwardDependencies } from './forward-request.ts'

const Answer = Type.Object({ usable: Type.Array(Type.String()) })

/** Asks the tenant service which of these keys may still be used. Throws CredentialsUncheckedError when it cannot tell. */
export const createStandingCheck =
  (dependencies: ForwardDependencies) =>
  async (apiKeys: string[]): Promise<string[]> => {
    const answer = await askTenant(dependencies, '/internal/credentials/standing', { apiKeys })
    if (Value.Check(Answer, answer)) return answer.usable
    throw new CredentialsUncheckedError(new Error('The answer makes no sense.'))
  }
