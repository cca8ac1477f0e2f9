import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { BotRow } from '../tables.ts'
import { type BotConfig, type BotKeys, joinKeys, separateKeys } from './bot-config.ts'
import type { BotRepository } from './bot-repository.ts'
import { readBotConfig } from './read-bot-config.ts'

/** A bot as the rest of the service sees it: its keys readable again. */
export interface Bot {
  config: BotConfig
  createdAt: Date
  updatedAt: Date
}

export type BotStore = ReturnType<typeof createBotStore>

/** Bots with their model keys sealed on the way in and opened on the way out. */
export const createBotStore = (dependencies: { bots: BotRepository; secrets: SecretBox }) => {
  const { bots, secrets } = dependencies

  const toRow = (config: BotConfig) => {
    const { stored, keys } = separateKeys(config)
    const hasKeys = keys.plan !== '' || keys.summary !== ''
    return {
      appId: config.app_id,
      botId: config.bot_id,
      config: stored,
      keysEncrypted: hasKeys ? secrets.encrypt(JSON.stringify(keys)) : '',
    }
  }

  const fromRow = (row: BotRow): Bot => {
    // safe: sealed by toRow, and unreadable when anyone else wrote it
    const keys: BotKeys =
      row.keysEncrypted === '' ? { plan: '', summary: '' } : (JSON.parse(secrets.decrypt(row.keysEncrypted)) as BotKeys)
    // Read as a request is: rows of older versions get the defaults of new fields.
    const config = readBotConfig({ ...joinKeys(row, row.config, keys) })
    return { config, createdAt: row.createdAt, updatedAt: row.updatedAt }
  }

  const orUndefined = (row: BotRow | undefined) => (row ? fromRow(row) : undefined)

  return {
    async find(appId: string, botId: string) {
      return orUndefined(await bots.find(appId, botId))
    },
    /** The bot of this id when exactly one app has it. */
    async findAnywhere(botId: string) {
      const rows = await bots.findAnywhere(botId)
      return rows.length === 1 ? orUndefined(rows[0]) : undefined
    },
    async list(appId: string | undefined, page: { after?: string | undefined; limit: number }) {
      return (await bots.list(appId, page)).map(fromRow)
    },
    /** Undefined when the app has a bot with this id. */
    async insert(config: BotConfig) {
      return orUndefined(await bots.insert(toRow(config)))
    },
    /** Undefined when there is no such bot. */
    async update(config: BotConfig) {
      return orUndefined(await bots.update(toRow(config)))
    },
    remove: (appId: string, botId: string) => bots.remove(appId, botId),
  }
}
