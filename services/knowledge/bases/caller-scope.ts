import { readCaller } from '#shared/http/caller.ts'
import { CallerUnknownError } from '../errors.ts'

/**
 * The app whose bases a call may see and change. Undefined for root acting for no app: all of them. A call that root makes for an app is
 * bound to that app, so that a flow of one app never reads what belongs to another.
 */
export const scopeOf = (headers: Headers): string | undefined => {
  const caller = readCaller(headers)
  if (caller.role === 'app' && caller.appId === undefined) throw new CallerUnknownError()
  return caller.appId
}
