import type { AppRepository } from '../apps/app-repository.ts'
import { AppNotFoundError, KeyNotFoundError } from '../errors.ts'
import type { ApiKeyRow } from '../tables.ts'
import { assertTerms, type KeyTerms } from './add-key.ts'
import type { KeyRepository } from './key-repository.ts'

/**
 * Changes what a key may do, until when, and its note; what is left out stays. The secret never changes: see rotate-key.ts.
 * @throws AppNotFoundError, KeyNotFoundError, ScopeUnknownError, ScopeRefusedError, ExpiryPastError
 */
export const changeKey = async (
  dependencies: { apps: AppRepository; keys: KeyRepository },
  { appId, apiKey }: { appId: string; apiKey: string },
  terms: KeyTerms,
): Promise<ApiKeyRow> => {
  assertTerms(terms)
  if (!(await dependencies.apps.find(appId))) throw new AppNotFoundError(appId)
  const changed = await dependencies.keys.update(appId, apiKey, {
    ...(terms.scopes === undefined ? {} : { scopes: terms.scopes }),
    ...(terms.expiresAt === undefined ? {} : { expiresAt: terms.expiresAt }),
    ...(terms.note === undefined ? {} : { note: terms.note }),
  })
  if (!changed) throw new KeyNotFoundError(appId, apiKey)
  return changed
}
