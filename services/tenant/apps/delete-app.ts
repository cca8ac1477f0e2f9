import type { TenantDependencies } from '../dependencies.ts'
import { AppNotFoundError } from '../errors.ts'

/** Deletes an app and all its keys. Its rows stay, invisible, because runs and logs go on naming it. @throws AppNotFoundError */
export const deleteApp = (dependencies: Pick<TenantDependencies, 'atomically'>, appId: string): Promise<void> =>
  dependencies.atomically(async ({ apps, keys }) => {
    if (!(await apps.markDeleted(appId))) throw new AppNotFoundError(appId)
    await keys.revokeAll(appId)
  })
