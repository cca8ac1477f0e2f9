import { Elysia } from 'elysia'
import { AppError } from '#shared/errors/app-error.ts'
import { IDEMPOTENCY_HEADER } from '#shared/http/idempotency-header.ts'
import { retryAfterHeader } from '#shared/http/retry-after-header.ts'
import type { Journal } from '#shared/journal/journal.ts'
import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'
import { type PrepareAgentTurnDependencies, prepareAgentTurn } from '../agents/prepare-agent-turn.ts'
import type { BotStore } from '../bots/bot-store.ts'
import { WireError } from '../errors.ts'
import type { TurnStarted } from '../loop/turn-events.ts'
import { prepareCustomTurn } from '../turns/prepare-custom-turn.ts'
import { type StartKeyedTurnDependencies, startKeyedTurn } from '../turns/start-keyed-turn.ts'
import { startTurn } from '../turns/start-turn.ts'
import { describeWireRoute } from '../wire/describe-wire-route.ts'
import { invalidAnswer } from '../wire/invalid-answer.ts'
import { InvalidRequestError } from '../wire/invalid-request.ts'
import { readBody } from '../wire/read-body.ts'
import { answerFailure, answerTurn } from './answer-turn.ts'
import { ChatAnswer, ChatBody, CustomChatBody } from './chat-schemas.ts'
import { type CompletionRequest, readAppId, readBotId, readCompletionRequest } from './read-chat-request.ts'
import { readCustomRequest } from './read-custom-request.ts'

export interface ChatRoutesDependencies extends StartKeyedTurnDependencies, PrepareAgentTurnDependencies {
  bots: BotStore
  createSid: () => string
}

const INTERNAL_CODE = 40500
const INTERNAL_MESSAGE = 'Agent internal service error'
/** Nobody reads this answer. */
const CLIENT_LEFT = { code: INTERNAL_CODE, message: 'The client left' }

/** The wire's two completion routes. Failures are HTTP 200 with a code in the last frame; invalid requests are code 40002. */
export const chatRoutes = (dependencies: ChatRoutesDependencies) =>
  new Elysia({ tags: ['wire: chat'] })
    .post(
      '/agent/v1/chat/completions',
      ({ request }) =>
        answerRequest(dependencies, request, {
          read: (body) => ({ ...readCompletionRequest(body), botId: readBotId(body) }),
          prepare: async ({ botId, ...asked }, context) => {
            const bot = botId === '' ? undefined : await dependencies.bots.find(context.appId, botId)
            if (!bot) throw new WireError(40001, 'failed to retrieve bot config')
            const { uid, caller, messages } = asked
            return prepareAgentTurn(dependencies, bot, { ...context, uid, caller, messages })
          },
        }),
      describeWireRoute('Chat with a bot', { body: ChatBody, answer: ChatAnswer }),
    )
    .post(
      '/agent/v1/custom/chat/completions',
      ({ request }) =>
        answerRequest(dependencies, request, {
          isKeyed: true,
          // This route streams whatever it is asked for.
          read: (body) => ({ ...readCustomRequest(body), stream: true }),
          prepare: (asked, context) => prepareCustomTurn(dependencies, asked, context),
        }),
      describeWireRoute('Chat with an agent that the request describes', { body: CustomChatBody, answer: ChatAnswer }),
    )

interface TurnContext {
  sid: string
  appId: string
}

const answerRequest = async <Asked extends CompletionRequest>(
  dependencies: ChatRoutesDependencies,
  request: Request,
  route: {
    read(body: Readonly<Record<string, unknown>>): Asked
    prepare(asked: Asked, context: TurnContext): Promise<TurnStarted>
    /** True: whoever asks again with the same `Idempotency-Key` gets the turn that the first request began. */
    isKeyed?: boolean
  },
): Promise<Response> => {
  const sid = dependencies.createSid()
  let stream = false
  try {
    const appId = readAppId(request.headers)
    const asked = route.read(await readBody(request))
    stream = asked.stream
    const journal: Journal = await dependencies.journal()
    const prepare = () => route.prepare(asked, { sid, appId })
    const key = route.isKeyed ? request.headers.get(IDEMPOTENCY_HEADER) : null
    if (key) {
      const turn = await startKeyedTurn(dependencies, { appId, key }, prepare)
      return await answerTurn(journal, { ...turn, stream }, request.signal)
    }
    const runId = await startTurn(dependencies, await prepare())
    return await answerTurn(journal, { sid, runId, stream }, request.signal)
  } catch (error) {
    if (error instanceof InvalidRequestError) return invalidAnswer(error.message, sid)
    if (request.signal.aborted) return answerFailure(CLIENT_LEFT, { sid, stream })
    const expected = expectedFailureOf(error)
    return answerFailure(toFailure(dependencies, expected ?? error), {
      ...{ sid, stream },
      headers: expected ? retryAfterHeader(expected) : {},
    })
  }
}

const toFailure = ({ logger }: ChatRoutesDependencies, error: unknown) => {
  if (error instanceof WireError) return { code: error.wireCode, message: error.message }
  // Expected failures tell what they are; their texts are made for callers.
  if (error instanceof AppError) return { code: INTERNAL_CODE, message: `${INTERNAL_MESSAGE}: ${error.message}` }
  logger.error({ err: error }, 'chat request failed')
  return { code: INTERNAL_CODE, message: INTERNAL_MESSAGE }
}
