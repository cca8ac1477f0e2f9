import type { AppRepository } from '../apps/app-repository.ts'
import type { AppRow } from '../tables.ts'
import { ParameterError } from './wire-envelope.ts'

/** The original has no pages; a search that matches more ends here, oldest apps first. */
const APPS_PER_ANSWER_MAX = 1_000

export interface WireSearch {
  app_ids?: string | undefined
  name?: string | undefined
  dev_id?: string | undefined
  cloud_id?: string | undefined
}

/**
 * The search of `list` and `details`. An app's own credentials find that app alone.
 * @throws ParameterError when neither name nor app_ids is given, or dev_id is no number
 */
export const searchApps = (apps: AppRepository, query: WireSearch, onlyAppId?: string): Promise<AppRow[]> => {
  if (!query.app_ids && !query.name) throw new ParameterError('name or app_ids param must have at least one')
  if (query.dev_id && !/^-?\d{1,19}$/.test(query.dev_id)) throw new ParameterError('dev_id must be a whole number')
  const named = query.app_ids?.split(',').filter((appId) => appId !== '')
  const appIds = onlyAppId === undefined ? named : [onlyAppId].filter((appId) => named?.includes(appId) ?? true)
  return apps.search({
    appIds: query.app_ids || onlyAppId !== undefined ? (appIds ?? []) : undefined,
    namePart: query.name || undefined,
    developerId: query.dev_id || undefined,
    channelId: query.cloud_id || undefined,
    limit: APPS_PER_ANSWER_MAX,
  })
}
