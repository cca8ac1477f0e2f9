import type { NewApp } from '../tables.ts'
import type { AppRepository } from './app-repository.ts'

/** The numeric developer id of apps that are made here and not registered over the wire. */
export const LOCAL_DEVELOPER_ID = '1'
/** The wire's channel of apps that belong to no cloud. */
export const NO_CHANNEL_ID = '0'
/** `source` of what nobody but the administrator asked for. */
export const ADMIN_SOURCE = 'admin'

export const STARTER_APP_ID = 'starter'

const starterApp: NewApp = {
  appId: STARTER_APP_ID,
  name: 'Starter',
  developerId: LOCAL_DEVELOPER_ID,
  channelId: NO_CHANNEL_ID,
  source: ADMIN_SOURCE,
  description: 'Owns the starter flows, bot and base. Has no key of its own: use the root key, or give it one.',
}

/** Makes the starter app at the first start. Its row, even a deleted or changed one, keeps it from being made again. */
export const createStarterApp = async (apps: AppRepository): Promise<void> => {
  await apps.insert(starterApp)
}
