import { AppError } from '#shared/errors/app-error.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { ChatDelta, ChatRequest } from '../chat-model.ts'
import { estimatePromptTokens, tokensOfBytes } from '../usage/estimate-tokens.ts'
import { canAnswer, mayFallBack } from './fallback-policy.ts'
import type { Chain, ChainLink } from './gate-chat-model.ts'
import type { AppAdmission, CallAdmission, ModelGate, TokensUsed } from './model-gate.ts'

type Result = IteratorResult<ChatDelta, undefined>
type Finish = Extract<ChatDelta, { type: 'finish' }>

/**
 * ```
 * new ──► opening ──► streaming ──► finished ──► over
 *            ▲            │
 *            └─ next model┘   while nothing of the answer was seen
 * ```
 * Any state goes to `over` when its reader leaves or nobody can answer.
 */
type State = 'new' | 'opening' | 'streaming' | 'finished' | 'over'

const DONE: Result = { done: true, value: undefined }
const UNFINISHED = 'unfinished'
const ABANDONED = 'abandoned'

/**
 * One answer, for one reader who asks for a piece after the other. It stands between provider and reader for each token, so it is one hand-made
 * iterator instead of a generator for each of its duties: a piece costs a promise and a glance at its type.
 */
export const createGatedAnswer = (
  chain: Chain,
  request: ChatRequest,
  { gate, logger }: { gate: ModelGate; logger: Logger },
): AsyncIterableIterator<ChatDelta> => {
  const { signal, appId = '' } = request
  let state: State = 'new'
  let link = chain.first
  let standIns: ChainLink[] | undefined
  let app: AppAdmission | undefined
  let call: CallAdmission | undefined
  let source: AsyncIterator<ChatDelta> | undefined
  let startedMs = 0
  let wasSeen = false
  let answerBytes = 0
  let promptTokens: number | undefined

  const promptEstimate = (): number => {
    promptTokens ??= estimatePromptTokens(request)
    return promptTokens
  }
  const soFar = (): TokensUsed => ({
    promptTokens: promptEstimate(),
    completionTokens: tokensOfBytes(answerBytes),
    estimated: true,
  })

  /** Counts the call under way, if there is one. */
  const endCall = (used: TokensUsed, outcome: string): Promise<void> => {
    if (!call) return Promise.resolve()
    const stored = call.end(used, outcome)
    call = undefined
    return stored
  }

  const leave = (): void => {
    state = 'over'
    app?.end()
  }

  const open = async (): Promise<Result> => {
    try {
      app = await gate.admitApp(appId, { promptTokens: promptEstimate, signal })
    } catch (error) {
      state = 'over'
      throw error
    }
    return hasLeft() ? leaveLate() : ask()
  }

  const ask = async (): Promise<Result> => {
    if (!app) return DONE
    try {
      const hasFallback = standIns === undefined ? chain.hasFallbacks : standIns.length > 0
      call = await gate.admitCall(app, link, { hasFallback, signal })
    } catch (error) {
      return fail(error)
    }
    if (hasLeft()) return leaveLate()
    call.begin(soFar)
    startedMs = performance.now()
    source = link.model.stream(limitOutput(request, link))[Symbol.asyncIterator]()
    state = 'streaming'
    return source.next().then(take, fail)
  }

  // A function, since the compiler does not expect that `state` changes while something is awaited.
  const hasLeft = (): boolean => state === 'over'
  const leaveLate = (): Result => {
    call?.cancel()
    call = undefined
    leave()
    return DONE
  }

  const take = (result: IteratorResult<ChatDelta>): Result | Promise<Result> => {
    if (result.done) {
      void endCall(soFar(), UNFINISHED)
      leave()
      return DONE
    }
    const delta = result.value
    if (!wasSeen) {
      wasSeen = true
      gate.meter.firstToken(link.name, (performance.now() - startedMs) / 1000)
    }
    if (delta.type === 'text' || delta.type === 'reasoning') answerBytes += Buffer.byteLength(delta.text)
    else if (delta.type === 'tool-call') answerBytes += Buffer.byteLength(delta.call.arguments) + delta.call.name.length
    else return finish(delta)
    return result
  }

  /** The end is told once it is on the books: whoever saw it can rely on its being counted. */
  const finish = async (delta: Finish): Promise<Result> => {
    const { promptTokens, completionTokens } = delta.usage
    const wasTold = promptTokens > 0 || completionTokens > 0
    state = 'finished'
    const stored = endCall(wasTold ? { promptTokens, completionTokens, estimated: false } : soFar(), 'completed')
    app?.end()
    await stored
    return { done: false, value: { ...delta, model: link.model.name } }
  }

  const fail = async (error: unknown): Promise<Result> => {
    const code = error instanceof AppError ? error.code : 'failed'
    // Whoever leaves, or waited in vain, may have to pay for what the provider does all the same.
    const isCharged = wasSeen || signal.aborted || code === 'MODEL_TIMEOUT'
    const used = isCharged ? soFar() : { promptTokens: 0, completionTokens: 0, estimated: false }
    const stored = endCall(used, signal.aborted ? ABANDONED : code)
    if (hasLeft()) return DONE
    if (!wasSeen && !signal.aborted && mayFallBack(error) && (await takeNextModel(code))) return ask()
    leave()
    if (!signal.aborted) await stored
    throw error
  }

  const noFallbacks = (error: unknown): ChainLink[] => {
    logger.warn({ err: error, model: link.name }, 'models that stand in not found')
    return []
  }

  const takeNextModel = async (code: string): Promise<boolean> => {
    state = 'opening'
    standIns ??= chain.hasFallbacks ? await chain.fallbacks().catch(noFallbacks) : []
    const next = standIns.find(({ capabilities }) => canAnswer(capabilities, request))
    if (!next || hasLeft()) return false
    standIns = standIns.slice(standIns.indexOf(next) + 1)
    logger.warn({ model: link.name, code, next: next.name }, 'another model asked')
    gate.meter.fellBack(link.name, next.name)
    link = next
    return true
  }

  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next() {
      if (state === 'streaming' && source) return source.next().then(take, fail)
      if (state === 'new') {
        state = 'opening'
        return open()
      }
      if (state !== 'finished' || !source) return Promise.resolve(DONE)
      state = 'over'
      // Lets the provider's side clean up behind it.
      return source.next().then(() => DONE)
    },
    async return() {
      if (state === 'streaming') void endCall(soFar(), ABANDONED)
      if (state !== 'over') leave()
      await source?.return?.()
      return DONE
    },
  }
}

const limitOutput = (request: ChatRequest, { limits }: ChainLink): ChatRequest =>
  limits.outputTokensMax !== undefined && request.maxTokens !== undefined && request.maxTokens > limits.outputTokensMax
    ? { ...request, maxTokens: limits.outputTokensMax }
    : request
