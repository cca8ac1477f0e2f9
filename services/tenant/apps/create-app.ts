import type { TenantDependencies } from '../dependencies.ts'
import { AppIdTakenError, AppNameTakenError } from '../errors.ts'
import { addKey, type Credentials } from '../keys/add-key.ts'
import { generateAppId } from '../keys/generate-credentials.ts'
import type { AppRow, NewApp } from '../tables.ts'

/** With four billion ids, five collisions in a row mean that something else is wrong. */
const ID_ATTEMPTS_MAX = 5

/**
 * Stores an app with its first key, both or none. Without an id one is generated.
 * @throws AppIdTakenError also when the id belonged to a deleted app, AppNameTakenError
 */
export const createApp = (
  dependencies: TenantDependencies,
  input: Omit<NewApp, 'appId'> & { appId?: string | undefined },
  generateId: () => string = generateAppId,
): Promise<{ app: AppRow; credentials: Credentials }> =>
  dependencies.atomically(async ({ apps, keys }) => {
    for (let attempt = 1; attempt <= ID_ATTEMPTS_MAX; attempt++) {
      const app = await apps.insert({ ...input, appId: input.appId ?? generateId() })
      if (app) {
        const credentials = await addKey({ apps, keys, secrets: dependencies.secrets }, { appId: app.appId })
        return { app, credentials }
      }
      if (await apps.isNameTaken(input)) throw new AppNameTakenError(input.name)
      if (input.appId !== undefined) throw new AppIdTakenError(input.appId)
    }
    throw new Error(`No free app id in ${ID_ATTEMPTS_MAX} attempts.`)
  })
