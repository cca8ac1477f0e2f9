/**
 * Who answers a path. `internal` paths exist on the gateway's unix socket alone. On `optional` ones somebody without credentials is nobody, and who has
 * some is told apart all the same.
 */
export type Owner =
  | { kind: 'service'; service: string; access: 'credentials' | 'optional' | 'open' | 'internal' }
  | { kind: 'supervisor' }
  | { kind: 'nobody' }

/** Prefixes end at a `/` or at the path's end: `/agent/v1` owns `/agent/v1/x` and not `/agent/v10`. */
const PREFIXES: readonly (readonly [prefix: string, service: string])[] = [
  ['/agent/v1', 'agent'],
  ['/api/models', 'agent'],
  ['/api/budgets', 'agent'],
  ['/api/usage', 'agent'],
  ['/api/agents', 'agent'],
  ['/api/conversations', 'agent'],
  ['/api/memories', 'agent'],
  ['/api/files', 'agent'],
  ['/api/turns', 'agent'],
  ['/api/approvals', 'agent'],
  ['/v1/models', 'agent'],
  ['/v1/chat/completions', 'agent'],
  ['/workflow/v1', 'workflow'],
  ['/sparkflow/v1', 'workflow'],
  ['/v1/publish', 'workflow'],
  ['/v1/auth', 'workflow'],
  ['/api/runs', 'workflow'],
  ['/api/flows', 'workflow'],
  ['/api/schedules', 'workflow'],
  ['/api/webhooks', 'workflow'],
  ['/api/hooks', 'workflow'],
  ['/knowledge/v1', 'knowledge'],
  ['/api/bases', 'knowledge'],
  ['/api/documents', 'knowledge'],
  ['/api/ingestions', 'knowledge'],
  ['/api/search', 'knowledge'],
  ['/v2/app', 'tenant'],
  ['/api/apps', 'tenant'],
  ['/api/setup', 'tenant'],
  ['/api/sign-in', 'tenant'],
  ['/api/reset-password', 'tenant'],
  ['/api/accept-invitation', 'tenant'],
  ['/api/me', 'tenant'],
  ['/api/sessions', 'tenant'],
  ['/api/users', 'tenant'],
  ['/api/spaces', 'tenant'],
  ['/api/audit', 'tenant'],
  ['/api/v1/tools', 'link'],
  ['/api/v1/mcp', 'link'],
  ['/api/tools', 'link'],
  ['/api/mcp-servers', 'link'],
  ['/api/credentials', 'link'],
]

/** Ports that clients of the original services know, each with its service's paths alone. */
export const SERVICE_PORTS: Readonly<Record<string, number>> = {
  agent: 17_870,
  workflow: 7_880,
  knowledge: 20_010,
  tenant: 5_052,
  link: 18_888,
}

/**
 * Prefixes whose service keeps what it answered to an `Idempotency-Key` and answers the same to a second request with it. Only there may a
 * POST with that header be sent again after an unknown outcome. A service that learns it adds its prefix, and shows by a test that the second
 * request does nothing.
 */
export const KEYED_PREFIXES: readonly string[] = [
  '/api/runs',
  '/agent/v1/custom/chat/completions',
  '/workflow/v1/chat/completions',
  '/workflow/v1/resume',
  '/workflow/v1/debug/resume',
]

/** True for a path under one of `prefixes`. */
export const honoursIdempotencyKey = (path: string, prefixes: readonly string[] = KEYED_PREFIXES): boolean =>
  prefixes.some((prefix) => isUnder(path, prefix))

/** Uploaded files: their addresses are secrets, handed to models and tools that have no credentials. */
const UPLOADED_FILES = '/workflow/v1/files'

/** Addresses of webhooks: each is a secret of its own, which the workflow service checks. */
const HOOKS = '/api/hooks'

/** What comes before a secret part of a path. */
const BEFORE_SECRETS: readonly string[] = [`${HOOKS}/`, `${UPLOADED_FILES}/`]

/** The way in: whoever comes here has no credentials yet, but a password, a code or a link, which the tenant service checks. */
const WAYS_IN: readonly string[] = ['/api/setup', '/api/sign-in', '/api/reset-password', '/api/accept-invitation']

/** Where browsers come back to after a sign-in to an MCP server, with a state that the link service made and that serves once. */
const SIGN_IN_CALLBACK = '/api/mcp-servers/callback'

/** The path as it may be written down: without the part that is a secret. */
export const withoutSecret = (path: string): string => {
  for (const before of BEFORE_SECRETS) if (path.startsWith(before)) return `${before}***`
  return path
}

/** The tenant service's sign of life, as the original had it. */
const TENANT_PING = '/ping'

const NOBODY: Owner = { kind: 'nobody' }
const SUPERVISOR: Owner = { kind: 'supervisor' }

/** The owner of a normalised path (as `new URL` gives it: no `..`, no query). */
export const ownerOf = (path: string): Owner => {
  const known = ownersByHead.get(headOf(path))?.find(([prefix]) => isUnder(path, prefix))
  if (known && isUnder(path, UPLOADED_FILES)) return { kind: 'service', service: known[1], access: 'open' }
  if (known && path === SIGN_IN_CALLBACK) return { kind: 'service', service: known[1], access: 'open' }
  if (known && isUnder(path, HOOKS)) return { kind: 'service', service: known[1], access: 'open' }
  if (known) {
    const access = WAYS_IN.includes(known[0]) ? 'optional' : 'credentials'
    return { kind: 'service', service: known[1], access }
  }
  if (path === TENANT_PING) return { kind: 'service', service: 'tenant', access: 'open' }
  if (isUnder(path, '/health') || path === '/metrics') return SUPERVISOR
  if (isConsolePath(path)) return { kind: 'service', service: 'console', access: 'open' }
  if (isUnder(path, '/internal/credentials')) return { kind: 'service', service: 'tenant', access: 'internal' }
  const internal = /^\/internal\/([a-z]+)(\/|$)/.exec(path)?.[1]
  return internal ? { kind: 'service', service: internal, access: 'internal' } : NOBODY
}

/** The first two segments, by which prefixes are grouped so that a lookup compares a few of them only. */
const headOf = (path: string): string => {
  const second = path.indexOf('/', 1)
  const third = second < 0 ? -1 : path.indexOf('/', second + 1)
  return third < 0 ? path : path.slice(0, third)
}

const ownersByHead = Map.groupBy(PREFIXES, ([prefix]) => headOf(prefix))

const isUnder = (path: string, prefix: string): boolean =>
  path.startsWith(prefix) && (path.length === prefix.length || path.charAt(prefix.length) === '/')

/** The console's pages tell nothing of an installation, so they need no credentials; what they show is fetched with some. */
const isConsolePath = (path: string): boolean =>
  path === '/' ||
  path === '/openapi.json' ||
  path === '/setup' ||
  path === '/sign-in' ||
  path === '/accept-invitation' ||
  path.startsWith('/assets/') ||
  path.startsWith('/swagger') ||
  path.startsWith('/favicon')
