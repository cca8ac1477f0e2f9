import { Value } from '@sinclair/typebox/value'
import { QuotaBlock } from '#shared/permissions/call-limits.ts'
import { askTenant } from '../ask-tenant.ts'
import { CredentialsUncheckedError } from '../errors.ts'
import type { ForwardDependencies } from '../forward-request.ts'
import type { QuotaSource } from './quota-meter.ts'

/** Asks the tenant service for blocks of quotas, and gives them back. Throws CredentialsUncheckedError when it does not answer. */
export const quotasOfTenant = (dependencies: ForwardDependencies): QuotaSource => ({
  async reserve(question) {
    const answer = await askTenant(dependencies, '/internal/tenant/quotas/reserve', question)
    if (Value.Check(QuotaBlock, answer) && (answer.requests > 0 || answer.end !== null)) return answer
    throw new CredentialsUncheckedError(new Error('The answer makes no sense.'))
  },
  async giveBack(subject, unused) {
    await askTenant(dependencies, '/internal/tenant/quotas/return', { ...subject, unused })
  },
})
