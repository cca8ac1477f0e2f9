import type { Credentials } from '../keys/add-key.ts'
import type { AppRow } from '../tables.ts'

/** Row to wire: the spelling `appid`, and times in UTC. */
export const toWireApp = (row: AppRow) => ({
  appid: row.appId,
  name: row.name,
  dev_id: Number(row.developerId),
  cloud_id: row.channelId,
  source: row.source,
  is_disable: row.disabled,
  desc: row.description,
  create_time: row.createdAt.toISOString().slice(0, 19).replace('T', ' '),
})

export const toWireKey = (credentials: Credentials) => ({
  api_key: credentials.apiKey,
  api_secret: credentials.apiSecret,
})

/** `auth_list` is absent when there is nothing to show. */
export const toWireDetails = (row: AppRow, credentials: Credentials[]) => ({
  appid: row.appId,
  name: row.name,
  is_disable: row.disabled,
  ...(credentials.length > 0 ? { auth_list: credentials.map(toWireKey) } : {}),
  desc: row.description,
})
