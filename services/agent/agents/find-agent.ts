import { type Caller, readCaller } from '#shared/http/caller.ts'
import type { Bot, BotStore, WhichVersion } from '../bots/bot-store.ts'
import { AgentAppMissingError, AgentNotFoundError } from '../errors.ts'

/** The app that a call is for; an app cannot speak for another. Throws AgentAppMissingError. */
export const requireApp = (caller: Caller, named: string | undefined): string => {
  const appId = caller.role === 'root' ? (named ?? caller.appId) : caller.appId
  if (appId === undefined) throw new AgentAppMissingError()
  return appId
}

export interface NamedAgent {
  botId: string
  /** Root only; root may leave it out where the id alone names one agent. */
  appId?: string | undefined
}

/** One state of an agent that the sender of these headers may see. Throws AgentNotFoundError. */
export const findAgent = (
  bots: BotStore,
  headers: Headers,
  named: NamedAgent & { which?: WhichVersion },
): Promise<Bot> => findAgentOf(bots, readCaller(headers), named)

/** The same for whoever knows the caller. */
export const findAgentOf = async (
  bots: BotStore,
  caller: Caller,
  { botId, appId, which = 'draft' }: NamedAgent & { which?: WhichVersion },
): Promise<Bot> => {
  const owner = caller.role === 'root' ? (appId ?? caller.appId) : requireApp(caller, undefined)
  const bot = owner === undefined ? await bots.findAnywhere(botId, which) : await bots.find(owner, botId, which)
  if (!bot) throw new AgentNotFoundError(botId, which)
  return bot
}

/** `draft`, `published`, or a number, of a text that the schema let pass. */
export const toWhich = (text: string): WhichVersion =>
  text === 'draft' || text === 'published' ? text : Number.parseInt(text, 10)
