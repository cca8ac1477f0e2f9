import type { TenantDependencies } from '../dependencies.ts'
import { AppNotFoundError, KeyEndedError, KeyNotFoundError } from '../errors.ts'
import { addKey, type Credentials } from './add-key.ts'

/** A week: whoever cannot change a key within it has no plan to. */
export const OVERLAP_SECONDS_MAX = 7 * 86_400

export interface Rotation {
  credentials: Credentials
  /** When the old key ends. */
  oldExpiresAt: Date
}

/**
 * Makes a key with the same scopes, note, end and limits, and lets the old one work for `overlapSeconds` more, so that nobody is cut off
 * while the new one is handed out. Both happen or neither. The new key begins with unused quotas; those of its app go on.
 * @throws AppNotFoundError, KeyNotFoundError, KeyEndedError for a key that has ended or was rotated before
 */
export const rotateKey = (
  dependencies: Pick<TenantDependencies, 'atomically' | 'secrets'>,
  input: { appId: string; apiKey: string; overlapSeconds: number },
  now = Date.now(),
): Promise<Rotation> =>
  dependencies.atomically(async ({ apps, keys, limits }) => {
    const { appId, apiKey, overlapSeconds } = input
    if (!(await apps.find(appId))) throw new AppNotFoundError(appId)
    const old = await keys.lock(appId, apiKey)
    if (!old) throw new KeyNotFoundError(appId, apiKey)
    const end = Math.min(old.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY, now + overlapSeconds * 1_000)
    if (old.replacedBy !== null || (old.expiresAt !== null && old.expiresAt.getTime() <= now))
      throw new KeyEndedError(apiKey)
    const { scopes, note, expiresAt } = old
    const credentials = await addKey(
      { apps, keys, secrets: dependencies.secrets },
      { appId, terms: { scopes, note, expiresAt } },
    )
    const kept = await limits.find(appId, apiKey)
    if (kept) await limits.save({ ...kept, apiKey: credentials.apiKey })
    const oldExpiresAt = new Date(end)
    await keys.update(appId, apiKey, { expiresAt: oldExpiresAt, replacedBy: credentials.apiKey })
    return { credentials, oldExpiresAt }
  })
