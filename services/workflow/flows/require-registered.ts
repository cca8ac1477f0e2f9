import type { Caller } from '#shared/http/caller.ts'
import { AppDisabledError, AppUnknownError } from '../errors.ts'
import type { AppDirectory } from './app-directory.ts'

/**
 * Who publishes must be a registered app that is not disabled. The root key may make any app that it acts for, so nobody is asked about it: the
 * installation's owner can publish while the register is away.
 * @throws AppUnknownError, AppDisabledError, AppLookUpError
 */
export const requirePublisher = async (apps: AppDirectory, caller: Caller): Promise<void> => {
  if (caller.role === 'root') return
  const appId = caller.appId ?? ''
  const app = await apps.find(appId)
  if (!app) throw new AppUnknownError(appId)
  if (app.isDisabled) throw new AppDisabledError(appId)
}

/**
 * A licence must name an app that is there: one for a mistyped app would open the flow to whoever gets that id one day. A disabled app may be bound,
 * because it cannot call before it is enabled. The app that root acts for is not looked up, as above.
 * @throws AppUnknownError, AppLookUpError
 */
export const requireBindable = async (apps: AppDirectory, caller: Caller, appId: string): Promise<void> => {
  if (caller.role === 'root' && caller.appId === appId) return
  if (!(await apps.find(appId))) throw new AppUnknownError(appId)
}
