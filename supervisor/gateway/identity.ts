import type { Caller } from '#shared/http/caller.ts'
import { type RouteRule, ruleOf } from '#shared/permissions/route-actions.ts'
import { ActionForbiddenError } from './errors.ts'
import type { KnownKey } from './known-key.ts'

/** Who sends a request, and what that allows. */
export interface Identity {
  readonly caller: Caller
  /** What the caller may do; undefined for the root key, which may do everything. */
  readonly actions: ReadonlySet<RouteRule> | undefined
  /** The key of an app that the request was sent with. */
  readonly key: KnownKey | undefined
  /** Of somebody who is signed in: who they are by now, for what lasts. Rejects as the first time. */
  readonly again?: () => Promise<Identity>
}

/** The root key, acting for no app in particular. */
export const ROOT_IDENTITY: Identity = {
  caller: { role: 'root', appId: undefined },
  actions: undefined,
  key: undefined,
}

/** Someone without credentials, on a page that needs none. */
export const NOBODY_IDENTITY: Identity = {
  caller: { role: 'app', appId: undefined },
  actions: new Set(),
  key: undefined,
}

/** A route without a rule is for the root key alone. @throws ActionForbiddenError */
export const assertAllowed = ({ actions }: Identity, method: string, path: string): void => {
  if (actions === undefined) return
  const rule = ruleOf(method, path)
  if (rule === undefined || (rule !== 'self' && rule !== 'open' && !actions.has(rule)))
    throw new ActionForbiddenError(rule)
}
