import { subjectOf } from '#shared/audit/audit-actor.ts'
import { auditedCall } from '#shared/audit/audited-call.ts'
import { AppError } from '#shared/errors/app-error.ts'
import { clientAddressOf } from '#shared/http/client-address.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { askTenant } from './ask-tenant.ts'
import { type Exchange, serviceLabel } from './exchange.ts'
import type { ForwardDependencies } from './forward-request.ts'

export interface AuditRefusalDependencies extends ForwardDependencies {
  logger: Logger
  /** ORRERY_PROXY_HOPS. */
  proxyHops: number
}

/**
 * Has the tenant service write down that somebody we know was not allowed to change something. No service hears of such a request, so none could. Returns
 * once it is written; a tenant service that is away costs the entry, not the answer.
 */
export const auditRefusal = async (
  dependencies: AuditRefusalDependencies,
  exchange: Exchange,
  error: unknown,
): Promise<void> => {
  const { request, path, caller, requestId } = exchange
  if (!(error instanceof AppError) || error.kind !== 'forbidden' || !caller) return
  const call = auditedCall(request.method, path)
  if (!call) return
  try {
    await askTenant(dependencies, '/internal/tenant/audit/refusals', {
      service: serviceLabel(exchange),
      ...subjectOf(call, caller),
      method: request.method,
      requestId,
      address: addressOf(exchange, dependencies.proxyHops),
      status: error.status,
      code: error.code,
    })
  } catch (failure) {
    dependencies.logger.warn({ err: failure, path, requestId }, 'a refusal could not be written into the audit log')
  }
}

/** As a service would find it in the request that it never got. */
const addressOf = ({ request }: Exchange, proxyHops: number): string => {
  const before = request.headers.get('x-forwarded-for')
  const own = request.client.address ?? ''
  const all = before === null ? own : `${before}, ${own}`
  return clientAddressOf({ get: () => all }, proxyHops)
}
