import type { AppRepository } from '../apps/app-repository.ts'
import { AppNotFoundError, KeyNotFoundError } from '../errors.ts'
import type { KeyRepository } from './key-repository.ts'

/** Ends one key of one app; the gateway stops accepting it within its cache time. */
export const revokeKey = async (
  dependencies: { apps: AppRepository; keys: KeyRepository },
  input: { appId: string; apiKey: string },
): Promise<void> => {
  if (!(await dependencies.apps.find(input.appId))) throw new AppNotFoundError(input.appId)
  if (!(await dependencies.keys.revoke(input.appId, input.apiKey))) {
    throw new KeyNotFoundError(input.appId, input.apiKey)
  }
}
