import type { Action } from './actions.ts'
import { agentRouteActions } from './agent-route-actions.ts'
import { consoleRouteActions } from './console-route-actions.ts'
import { knowledgeRouteActions } from './knowledge-route-actions.ts'
import { linkRouteActions } from './link-route-actions.ts'
import { tenantRouteActions } from './tenant-route-actions.ts'
import { workflowRouteActions } from './workflow-route-actions.ts'

/**
 * What a route asks of its caller: an action; `self` when anybody with credentials may call it, since it concerns the caller alone; `open` when it
 * asks for no credentials.
 */
export type RouteRule = Action | 'self' | 'open'

/** Rules by `METHOD /path`, where `{name}` stands for one segment of the path. */
export type RouteRules = Readonly<Record<string, RouteRule>>

/** Every route of every service. One that is missing here is the root key's alone. */
export const ROUTE_RULES: RouteRules = {
  ...agentRouteActions,
  ...workflowRouteActions,
  ...knowledgeRouteActions,
  ...linkRouteActions,
  ...tenantRouteActions,
  ...consoleRouteActions,
}

/**
 * The rule of a route; undefined when the table does not know it. A fixed segment wins over a `{name}`; a `/` at the end and HEAD for GET make no
 * difference, as at the services.
 * @param path of the URL, normalised, without its query
 */
export const ruleOf = (method: string, path: string): RouteRule | undefined =>
  (path.startsWith('/') ? find(root, path, 1) : undefined)?.get(method === 'HEAD' ? 'GET' : method)

/** The action that a route asks for; undefined for one without: unknown ones are for the root key alone. */
export const actionOf = (method: string, path: string): Action | undefined => {
  const rule = ruleOf(method, path)
  return rule === 'self' || rule === 'open' ? undefined : rule
}

/** One segment of the paths, and what may follow it. */
interface Segment {
  fixed: Map<string, Segment>
  any: Segment | undefined
  rules: Map<string, RouteRule> | undefined
}

const find = (segment: Segment, path: string, from: number): Segment['rules'] => {
  if (from >= path.length) return segment.rules
  const slash = path.indexOf('/', from)
  const end = slash < 0 ? path.length : slash
  if (end === from) return undefined
  const fixed = segment.fixed.get(path.slice(from, end))
  return (fixed && find(fixed, path, end + 1)) ?? (segment.any && find(segment.any, path, end + 1))
}

const newSegment = (): Segment => ({ fixed: new Map(), any: undefined, rules: undefined })

const root = newSegment()

const follow = (segment: Segment, name: string): Segment => {
  if (name.startsWith('{')) {
    segment.any ??= newSegment()
    return segment.any
  }
  const next = segment.fixed.get(name) ?? newSegment()
  segment.fixed.set(name, next)
  return next
}

for (const [route, rule] of Object.entries(ROUTE_RULES)) {
  const [method = '', path = ''] = route.split(' ')
  const names = path.split('/').filter((name) => name !== '')
  const last = names.reduce(follow, root)
  last.rules ??= new Map()
  last.rules.set(method, rule)
}
