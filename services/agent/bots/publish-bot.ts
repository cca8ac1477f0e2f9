import type { BotVersionRow } from '../tables.ts'
import type { BotRepository } from './bot-repository.ts'

/** Older versions than this many are forgotten, but for the one that chats use. */
export const VERSIONS_KEPT_MAX = 500

/**
 * Makes the draft the version that chats use: a new number, or the published one where nothing changed since. Call it in a transaction.
 * Undefined when there is no such agent.
 */
export const publishBot = async (
  bots: BotRepository,
  { appId, botId, note }: { appId: string; botId: string; note: string },
): Promise<BotVersionRow | undefined> => {
  const draft = await bots.findForUpdate(appId, botId)
  if (!draft) return undefined
  const { settings, keysEncrypted, publishedVersion, revision } = draft
  const published = publishedVersion === null ? undefined : await bots.findVersion(appId, botId, publishedVersion)
  if (published && isSame(published, draft)) {
    await bots.update({ appId, botId, publishedRevision: revision })
    return published
  }

  const number = draft.lastVersion + 1
  await bots.insertVersion({ appId, botId, number, settings, keysEncrypted, note })
  await bots.update({ appId, botId, publishedVersion: number, publishedRevision: revision, lastVersion: number })
  await bots.removeVersionsBelow(draft, number - VERSIONS_KEPT_MAX + 1, number)
  return bots.findVersion(appId, botId, number)
}

/** Sealed keys are compared as they are: the store does not seal anew what did not change. */
const isSame = (
  a: Pick<BotVersionRow, 'settings' | 'keysEncrypted'>,
  b: Pick<BotVersionRow, 'settings' | 'keysEncrypted'>,
): boolean => a.keysEncrypted === b.keysEncrypted && Bun.deepEquals(a.settings, b.settings)
