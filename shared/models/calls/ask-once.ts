import { AppError } from '#shared/errors/app-error.ts'
import type { ChatDelta, ChatRequest } from '../chat-model.ts'
import { ModelError } from '../model-error.ts'
import type { AnswerPart, AnswerStream } from './answer-part.ts'
import { type AnswerAssembler, createAnswerAssembler } from './assemble-answer.ts'
import { startCallClock } from './call-clock.ts'
import type { CallLimits } from './call-limits.ts'
import { joinPieces } from './join-pieces.ts'
import { toModelError } from './provider-error.ts'
import { readPace } from './read-pace.ts'

/** A provider that said why it stopped gets this long to add its usage and close the stream. */
const USAGE_MS_MAX = 2_000

/** How one provider is asked. */
export interface ProviderProtocol {
  /** Sends the request. Rejects with ModelError when it was refused, with the signal's reason when that aborts. */
  open(request: ChatRequest, signal: AbortSignal): Promise<AnswerStream>
  /** True when the protocol always says why an answer ended: one that just stops was cut off. */
  saysItsEnd: boolean
  /** True when the request will be made differently from now on, so that it should be sent again at once. */
  learnsFrom?(error: ModelError): boolean
}

export interface ProviderCall {
  /** By which users call the model. */
  name: string
  /** What must not appear in messages although a provider repeats it. */
  secrets: readonly string[]
  limits: CallLimits
  request: ChatRequest
  /** On the clock of performance.now(). */
  totalEndsMs: number
}

/** Sends one request and yields its answer. Throws ModelError, an OUTBOUND_… error of the guard, or the caller's abort reason. */
export async function* askOnce(protocol: ProviderProtocol, call: ProviderCall): AsyncGenerator<ChatDelta> {
  const clock = startCallClock(call.limits, call.request.signal, call.totalEndsMs)
  let answer: AnswerStream | undefined
  let usageTimer: ReturnType<typeof setTimeout> | undefined
  try {
    const opened = await protocol.open(call.request, clock.signal)
    answer = opened
    readPace.enter()
    const assembler = createAnswerAssembler({
      continueFrom: call.request.continueFrom ?? '',
      saysItsEnd: protocol.saysItsEnd,
      fail: (failure) => toModelError(failure, call),
    })
    for (let parts = await opened.next(); parts; parts = await opened.next()) {
      if (parts.length > 0) clock.beat()
      const { deltas, failure } = takeIn(assembler, parts)
      yield* deltas
      if (failure) throw failure.error
      if (assembler.finished) usageTimer ??= setTimeout(() => void opened.close(), USAGE_MS_MAX)
      else await readPace.turn()
    }
    clock.signal.throwIfAborted()
    for (const delta of assembler.end()) yield delta
  } catch (error) {
    throw clock.signal.aborted ? clock.signal.reason : asModelError(error, call.name)
  } finally {
    clock.stop()
    clearTimeout(usageTimer)
    if (answer) readPace.leave()
    await answer?.close()
  }
}

/** What one read says, up to the failure that it may hold. */
const takeIn = (
  assembler: AnswerAssembler,
  parts: readonly AnswerPart[],
): { deltas: ChatDelta[]; failure?: { error: unknown } } => {
  const deltas: ChatDelta[] = []
  try {
    for (const part of parts) deltas.push(...assembler.push(part))
  } catch (error) {
    return { deltas, failure: { error } }
  }
  return { deltas: readPace.isShared ? joinPieces(deltas) : deltas }
}

/** What fetch throws names sockets and addresses, which callers need not know. */
const asModelError = (error: unknown, name: string): unknown =>
  error instanceof AppError
    ? error
    : new ModelError('MODEL_UNREACHABLE', `The model ${name} could not be reached, or its connection broke.`, {
        cause: error,
      })
