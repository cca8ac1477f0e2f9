import type { Caller } from '#shared/http/caller.ts'
import { RunAppMissingError } from './errors.ts'

/** The app that a call is for. Throws RunAppMissingError when the root key came without one. */
export const requireAppOf = (caller: Caller): string => {
  if (!caller.appId) throw new RunAppMissingError()
  return caller.appId
}
