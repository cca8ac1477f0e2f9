import { AppError } from '#shared/errors/app-error.ts'
import type { ChatDelta } from '../chat-model.ts'
import { ModelError } from '../model-error.ts'
import { createAnswerAssembler } from './assemble-answer.ts'
import { type CallClock, startCallClock } from './call-clock.ts'
import { type CallLimits, ERROR_BODY_CHARS_MAX } from './call-limits.ts'
import { failureOfResponse, toModelError } from './provider-error.ts'
import { readAnswerObjects } from './read-answer-objects.ts'
import { parseRetryAfter } from './retry-policy.ts'

/** A provider that said why it stopped gets this long to add its usage and close the stream. */
const USAGE_MS_MAX = 2_000

export type FetchModel = (url: string, init: RequestInit) => Promise<Response>

export interface ModelEndpoint {
  /** By which users call the model: what they are told when it is away. */
  name: string
  url: string
  /** '' when the endpoint wants none. */
  apiKey: string
  fetch: FetchModel
  limits: CallLimits
}

/** Sends one request and yields its answer. Throws ModelError, an OUTBOUND_… error of the guard, or the caller's abort reason. */
export async function* askOnce(
  endpoint: ModelEndpoint,
  call: { body: Record<string, unknown>; continueFrom: string; signal: AbortSignal; totalEndsMs: number },
): AsyncGenerator<ChatDelta> {
  const clock = startCallClock(endpoint.limits, call.signal, call.totalEndsMs)
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  let usageTimer: ReturnType<typeof setTimeout> | undefined
  try {
    const response = await send(endpoint, call.body, clock)
    if (!response.body) throw new ModelError('MODEL_BAD_ANSWER', 'The model answered with nothing.')
    // safe: a response's body is bytes, whatever the merged library types say
    const body = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>
    reader = body
    const secrets = [endpoint.apiKey]
    const assembler = createAnswerAssembler({
      continueFrom: call.continueFrom,
      fail: (failure) => toModelError(failure, { secrets }),
    })
    for await (const object of readAnswerObjects(body, clock)) {
      yield* assembler.push(object)
      if (assembler.finished && usageTimer === undefined) {
        usageTimer = setTimeout(() => void body.cancel().catch(() => undefined), USAGE_MS_MAX)
      }
    }
    yield* assembler.end()
  } catch (error) {
    throw clock.signal.aborted ? clock.signal.reason : asModelError(error, endpoint.name)
  } finally {
    clock.stop()
    clearTimeout(usageTimer)
    await reader?.cancel().catch(() => undefined)
  }
}

const send = async (endpoint: ModelEndpoint, body: Record<string, unknown>, clock: CallClock): Promise<Response> => {
  const response = await endpoint.fetch(endpoint.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream, application/json',
      ...(endpoint.apiKey === '' ? {} : { authorization: `Bearer ${endpoint.apiKey}` }),
    },
    body: JSON.stringify(body),
    signal: clock.signal,
  })
  if (response.ok) return response
  const text = (await response.text()).slice(0, ERROR_BODY_CHARS_MAX)
  throw toModelError(failureOfResponse(response.status, text), {
    secrets: [endpoint.apiKey],
    retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), Date.now()),
  })
}

/** What fetch throws names sockets and addresses, which callers need not know. */
const asModelError = (error: unknown, name: string): unknown =>
  error instanceof AppError
    ? error
    : new ModelError('MODEL_UNREACHABLE', `The model ${name} could not be reached, or its connection broke.`, {
        cause: error,
      })
