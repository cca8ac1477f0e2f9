import { AppDisabledError, AppUnknownError } from '../errors.ts'
import type { AppDirectory } from '../flows/app-directory.ts'

/**
 * Schedules and webhooks need no credentials when they start a run, so an app that was disabled or deleted is refused here. Runs that it started
 * before go on to their end: they were allowed, and half a change may be worse than none; who wants them gone cancels them.
 * @throws AppUnknownError, AppDisabledError, AppLookUpError
 */
export const requireActiveApp = async (apps: AppDirectory, appId: string): Promise<void> => {
  const app = await apps.find(appId)
  if (!app) throw new AppUnknownError(appId)
  if (app.isDisabled) throw new AppDisabledError(appId)
}
