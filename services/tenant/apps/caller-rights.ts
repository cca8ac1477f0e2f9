import { type Caller, mayUse } from '#shared/http/caller.ts'
import { AppNotFoundError, RootRequiredError } from '../errors.ts'
import { ADMIN_SOURCE } from './starter-app.ts'

/** @throws RootRequiredError */
export const requireRoot = (caller: Caller): void => {
  if (caller.role !== 'root') throw new RootRequiredError()
}

/**
 * Administrators, and members of the app's space whose role allowed the route at the gateway. A key of the app is neither: it came without a
 * person, and must not make more keys.
 * @throws AppNotFoundError for somebody else's app, RootRequiredError
 */
export const requireManager = (caller: Caller, appId: string): void => {
  if (caller.role === 'root') return
  if (caller.userId === undefined || caller.appId === undefined) throw new RootRequiredError()
  requireReadable(caller, appId)
}

/** An app learns nothing of others, not even that they exist. @throws AppNotFoundError */
export const requireReadable = (caller: Caller, appId: string): void => {
  if (!mayUse(caller, appId)) throw new AppNotFoundError(appId)
}

/** The one app that this caller may see; undefined for root, who sees all. */
export const onlyAppOf = (caller: Caller): string | undefined =>
  caller.role === 'root' ? undefined : (caller.appId ?? '')

/** Whom a new app is recorded to have come from. */
export const sourceOf = (caller: Caller): string => caller.appId ?? ADMIN_SOURCE
