import { AppNameTakenError, AppNotFoundError } from '../errors.ts'
import type { AppRow } from '../tables.ts'
import type { AppRepository } from './app-repository.ts'

/**
 * Renames, describes, disables or enables an app; what is left out stays. Ownership (`source`) never changes.
 * @throws AppNotFoundError, AppNameTakenError
 */
export const changeApp = async (
  dependencies: { apps: AppRepository },
  appId: string,
  changes: Partial<Pick<AppRow, 'name' | 'description' | 'disabled' | 'spaceId'>>,
): Promise<AppRow> => {
  const updated = await dependencies.apps.update(appId, changes)
  if (updated === 'name-taken') throw new AppNameTakenError(changes.name ?? '')
  if (!updated) throw new AppNotFoundError(appId)
  return updated
}
