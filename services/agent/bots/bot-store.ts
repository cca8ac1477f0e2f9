import type { Database } from '#shared/postgres/connect.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { AgentContent } from '../agents/agent-settings.ts'
import { toBotConfig } from '../agents/settings-to-wire.ts'
import { withBotConfig } from '../agents/wire-to-settings.ts'
import type { BotRow, BotVersionRow } from '../tables.ts'
import type { BotConfig } from './bot-config.ts'
import { fromStoredContent, toStoredContent } from './bot-content.ts'
import { createBotRepository } from './bot-repository.ts'
import { publishBot } from './publish-bot.ts'

/** Which state of an agent is meant: what its owner edits, what chats use, or a published version by its number. */
export type WhichVersion = 'draft' | 'published' | number

/** An agent as the rest of the service sees it: one state of it, its keys readable. */
export interface Bot {
  appId: string
  botId: string
  content: AgentContent
  /** The same as the wire shows it. */
  config: BotConfig
  /** The number of this state; null for a draft. */
  version: number | null
  /** Of the draft, whichever state this is. */
  revision: number
  publishedVersion: number | null
  /** True when the draft is not what chats use. */
  hasUnpublishedChanges: boolean
  createdAt: Date
  /** Of the draft or the publication, the later one. */
  updatedAt: Date
}

export interface BotStoreDependencies {
  database: Database
  secrets: SecretBox
  /** True for the id of a tool that comes with the platform. */
  isBuiltIn(toolId: string): boolean
}

export type BotStore = ReturnType<typeof createBotStore>

/** Agents with their model keys sealed on the way in and opened on the way out. Nothing is kept in memory, so nothing there is ever old. */
export const createBotStore = (dependencies: BotStoreDependencies) => {
  const { database, secrets, isBuiltIn } = dependencies
  const bots = createBotRepository(database)

  const toBot = (row: BotRow, version?: BotVersionRow): Bot => {
    const content = fromStoredContent(secrets, version ?? row)
    return {
      appId: row.appId,
      botId: row.botId,
      content,
      config: toBotConfig(row, content),
      version: version?.number ?? null,
      revision: row.revision,
      publishedVersion: row.publishedVersion,
      hasUnpublishedChanges: row.publishedRevision !== row.revision,
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
    }
  }

  /** Undefined when there is no such agent, or no such state of it. */
  const find = async (appId: string, botId: string, which: WhichVersion = 'published'): Promise<Bot | undefined> => {
    if (which === 'published') {
      const found = await bots.findPublished(appId, botId)
      return found && toBot(found.bot, found.version)
    }
    const row = await bots.find(appId, botId)
    if (!row || which === 'draft') return row && toBot(row)
    const version = await bots.findVersion(appId, botId, which)
    return version && toBot(row, version)
  }

  return {
    find,

    /** The agent of this id when exactly one app has it. */
    async findAnywhere(botId: string, which: WhichVersion = 'published') {
      const [appId, ...others] = await bots.findApps(botId)
      return appId === undefined || others.length > 0 ? undefined : find(appId, botId, which)
    },

    /** Drafts, by their ids. */
    async list(appId: string | undefined, page: { after?: string | undefined; limit: number }) {
      return (await bots.list(appId, page)).map((row) => toBot(row))
    },

    /** A new draft, and with `publish` version 1 of it; undefined when the app has an agent with this id. */
    create: (key: { appId: string; botId: string }, content: AgentContent, { publish }: { publish: boolean }) =>
      database.transaction(async (transaction) => {
        const inside = createBotRepository(transaction)
        if (!(await inside.insert({ ...key, ...toStoredContent(secrets, content) }))) return undefined
        if (publish) await publishBot(inside, { ...key, note: '' })
        return createBotStore({ ...dependencies, database: transaction }).find(key.appId, key.botId, 'draft')
      }),

    /**
     * Changes the draft to what `change` makes of it, with nobody between reading and writing. Undefined when there is no such agent; what
     * `change` throws changes nothing.
     */
    change: (appId: string, botId: string, change: (current: Bot) => AgentContent) =>
      database.transaction(async (transaction) => {
        const locked = createBotRepository(transaction)
        const row = await locked.findForUpdate(appId, botId)
        if (!row) return undefined
        const current = toBot(row)
        const content = change(current)
        if (Bun.deepEquals(content, current.content)) return current
        const stored = toStoredContent(secrets, content)
        // Sealing the same keys anew would look like a change.
        if (Bun.deepEquals(content.keys, current.content.keys)) stored.keysEncrypted = row.keysEncrypted
        const updated = await locked.update({ appId, botId, ...stored, revision: row.revision + 1 })
        return updated && toBot(updated)
      }),

    /** The wire's creation: published at once. Undefined when the app has a bot with this id. */
    async insert(config: BotConfig) {
      const content = withBotConfig({ config, current: undefined, isBuiltIn })
      return this.create({ appId: config.app_id, botId: config.bot_id }, content, { publish: true })
    },

    /** The wire's replacement: draft and publication at once. Undefined when there is no such bot. */
    update: (config: BotConfig) =>
      database.transaction(async (transaction) => {
        const key = { appId: config.app_id, botId: config.bot_id }
        const inside = createBotStore({ ...dependencies, database: transaction })
        const changed = await inside.change(key.appId, key.botId, ({ content }) =>
          withBotConfig({ config, current: content, isBuiltIn }),
        )
        if (!changed) return undefined
        await publishBot(createBotRepository(transaction), { ...key, note: '' })
        return inside.find(key.appId, key.botId)
      }),

    /** Makes the draft the version that chats use. Undefined when there is no such agent; `require` may throw before anything changes. */
    publish: ({ appId, botId, note }: { appId: string; botId: string; note: string }, require?: (draft: Bot) => void) =>
      database.transaction(async (transaction) => {
        const locked = createBotRepository(transaction)
        const row = await locked.findForUpdate(appId, botId)
        if (!row) return undefined
        require?.(toBot(row))
        return publishBot(locked, { appId, botId, note })
      }),

    /** Makes an older version the one that chats use, and with `draft` the draft too. Undefined when there is no such version. */
    rollBack: ({ appId, botId, number, draft }: { appId: string; botId: string; number: number; draft: boolean }) =>
      database.transaction(async (transaction) => {
        const locked = createBotRepository(transaction)
        const row = await locked.findForUpdate(appId, botId)
        const version = row && (await locked.findVersion(appId, botId, number))
        if (!version) return undefined
        const { settings, keysEncrypted } = version
        const revision = row.revision + 1
        await locked.update({
          appId,
          botId,
          publishedVersion: number,
          publishedRevision: draft ? revision : null,
          ...(draft ? { settings, keysEncrypted, revision } : {}),
        })
        return createBotStore({ ...dependencies, database: transaction }).find(appId, botId, 'draft')
      }),

    /** Published versions, newest first. */
    listVersions: (bot: { appId: string; botId: string }, page: { before?: number | undefined; limit: number }) =>
      bots.listVersions(bot, page),

    /** With all its versions. False when there was no such agent. */
    remove: (appId: string, botId: string) =>
      database.transaction((transaction) => createBotRepository(transaction).remove(appId, botId)),
  }
}
