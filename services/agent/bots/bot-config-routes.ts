import { Elysia } from 'elysia'
import { type Caller, mayUse, readCaller } from '#shared/http/caller.ts'
import { retryAfterHeader } from '#shared/http/retry-after-header.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'
import { WireError } from '../errors.ts'
import { describeWireRoute } from '../wire/describe-wire-route.ts'
import { invalidAnswer } from '../wire/invalid-answer.ts'
import { InvalidRequestError } from '../wire/invalid-request.ts'
import { readBody } from '../wire/read-body.ts'
import { BotConfigBody, BotConfigEnvelope, BotConfigQuery } from './bot-config-schemas.ts'
import type { Bot, BotStore } from './bot-store.ts'
import { readBotConfig, readBotIds } from './read-bot-config.ts'

export interface BotConfigRoutesDependencies {
  bots: BotStore
  createSid: () => string
  logger: Logger
}

const PATH = '/agent/v1/bot-config'
const NOT_FOUND = { code: 40001, message: 'failed to retrieve bot config' }
const EXISTS = { code: 40053, message: 'bot config already exists, cannot create' }
const INTERNAL = { code: 40500, message: 'Agent internal service error' }

/**
 * The wire's bot configuration: envelope `{code, message, data}` with HTTP 200, `{code: 40002}` chunks for invalid requests. Bodies are
 * read by hand (read-bot-config.ts) because the wire's coercions and messages are its own; the schemas here only describe.
 */
export const botConfigRoutes = (dependencies: BotConfigRoutesDependencies) => {
  const { bots } = dependencies

  /** Answers as the wire does, whatever happens. */
  const answer = async (work: () => Promise<Bot | undefined>): Promise<Response> => {
    try {
      const bot = await work()
      return Response.json({ code: 0, message: 'success', data: bot?.config ?? null })
    } catch (error) {
      if (error instanceof InvalidRequestError) return invalidAnswer(error.message, dependencies.createSid())
      if (error instanceof WireError) return Response.json({ code: error.wireCode, message: error.message, data: null })
      const expected = expectedFailureOf(error)
      if (expected) {
        const { code, message } = INTERNAL
        return Response.json(
          { code, message: `${message}: ${expected.message}`, data: null },
          { headers: retryAfterHeader(expected) },
        )
      }
      dependencies.logger.error({ err: error }, 'bot configuration failed')
      return Response.json({ ...INTERNAL, data: null })
    }
  }

  return new Elysia({ tags: ['wire: bot configuration'] })
    .post(
      PATH,
      ({ request }) =>
        answer(async () => {
          const config = readBotConfig(await readBody(request))
          requireUse(readCaller(request.headers), config.app_id)
          return (await bots.insert(config)) ?? fail(EXISTS)
        }),
      describeWireRoute('Create a bot', { body: BotConfigBody, answer: BotConfigEnvelope }),
    )
    .get(
      PATH,
      ({ request }) =>
        answer(async () => {
          const { appId, botId } = readBotIds(queryOf(request))
          requireUse(readCaller(request.headers), appId)
          return (await bots.find(appId, botId)) ?? fail(NOT_FOUND)
        }),
      describeWireRoute('One bot', { query: BotConfigQuery, answer: BotConfigEnvelope }),
    )
    .put(
      PATH,
      ({ request }) =>
        answer(async () => {
          const config = readBotConfig(await readBody(request))
          requireUse(readCaller(request.headers), config.app_id)
          return (await bots.update(config)) ?? fail(NOT_FOUND)
        }),
      describeWireRoute('Replace a bot', { body: BotConfigBody, answer: BotConfigEnvelope }),
    )
    .delete(
      PATH,
      ({ request }) =>
        answer(async () => {
          const { appId, botId } = readBotIds(queryOf(request))
          requireUse(readCaller(request.headers), appId)
          if (!(await bots.remove(appId, botId))) fail(NOT_FOUND)
          return undefined
        }),
      describeWireRoute('Delete a bot', { query: BotConfigQuery, answer: BotConfigEnvelope }),
    )
}

const fail = (failure: { code: number; message: string }): never => {
  throw new WireError(failure.code, failure.message)
}

/** Another app's bot looks like one that does not exist. */
const requireUse = (caller: Caller, appId: string): void => {
  if (!mayUse(caller, appId)) fail(NOT_FOUND)
}

const queryOf = (request: Request) => Object.fromEntries(new URL(request.url).searchParams)
