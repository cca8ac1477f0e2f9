import { ruleOf } from '#shared/permissions/route-actions.ts'

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What a call is written down as: which action, and about which app and space, as far as its path tells. */
export interface AuditedCall {
  action: string
  /** Without what is secret in it. */
  path: string
  appId: string | undefined
  spaceId: string | undefined
}

/** Open routes where nothing is changed for good, or which are runs that the journal knows. */
const UNAUDITED = /^\/api\/(hooks|accept-invitation\/look|sign-in\/oidc(?!\/callback))(\/|$)/

const PATH_LENGTH_MAX = 500

/**
 * A call that the audit log holds: one that changes something under `/api` or `/v2/app`. What a route is for decides, not its method alone: searching by
 * POST changes nothing, and runs are kept in the journal. Undefined for every other call, above all for reads. Pure.
 */
export const auditedCall = (method: string, path: string): AuditedCall | undefined => {
  if (SAFE_METHODS.has(method)) return undefined
  if (!path.startsWith('/api/') && path !== '/v2/app' && !path.startsWith('/v2/app/')) return undefined
  if (UNAUDITED.test(path)) return undefined
  const rule = ruleOf(method, path)
  if (rule?.endsWith(':read') || rule?.endsWith(':run')) return undefined
  return {
    action: actionName(rule, path),
    path: path.slice(0, PATH_LENGTH_MAX),
    appId: segmentAfter('/api/apps/', path),
    spaceId: segmentAfter('/api/spaces/', path),
  }
}

/** `self` and `open` say nothing of what is done: the path does. */
const actionName = (rule: string | undefined, path: string): string =>
  rule === undefined || rule === 'self' || rule === 'open' ? (path.split('/')[2] ?? '') : rule

const segmentAfter = (prefix: string, path: string): string | undefined =>
  path.startsWith(prefix) ? path.slice(prefix.length).split('/')[0] || undefined : undefined
