import { AppError } from '#shared/errors/app-error.ts'
import { ModelError } from '../model-error.ts'
import { pause } from '../pause.ts'
import { startCallClock } from './call-clock.ts'
import { CALL_LIMITS } from './call-limits.ts'
import type { ModelOptions } from './model-options.ts'
import { answerTooLong, refusalOf } from './open-http-answer.ts'
import { retryDelayMs } from './retry-policy.ts'

export interface JsonQuestion {
  url: string
  headers: Record<string, string>
  body: Record<string, unknown>
}

/**
 * Posts a question whose answer is one JSON document, and asks again while the provider is away or limits. Throws ModelError, an OUTBOUND_… error
 * of the guard, or the signal's reason.
 * @param learnsFrom the question to send instead at once, when the refusal tells what this server wants
 */
export const postJson = async (
  options: Pick<ModelOptions, 'name' | 'apiKey' | 'fetch' | 'logger' | 'limits'>,
  question: JsonQuestion,
  call: { signal: AbortSignal; learnsFrom?(error: ModelError, asked: JsonQuestion): JsonQuestion | undefined },
): Promise<unknown> => {
  const { name, limits = CALL_LIMITS } = options
  const endsMs = performance.now() + limits.totalMsMax
  let asked = question
  for (let attempt = 1; ; ) {
    try {
      return await postOnce(options, asked, { signal: call.signal, endsMs })
    } catch (error) {
      if (!(error instanceof ModelError) || call.signal.aborted) throw error
      const better = call.learnsFrom?.(error, asked)
      if (better) {
        asked = better
        continue
      }
      const delayMs = retryDelayMs({ error, attempt, random: Math.random() }, limits)
      if (delayMs === undefined || performance.now() + delayMs >= endsMs) throw error
      options.logger.warn({ model: name, code: error.code, attempt, delayMs }, 'model asked again')
      await pause(delayMs, call.signal)
      attempt += 1
    }
  }
}

const postOnce = async (
  { name, apiKey, fetch, limits = CALL_LIMITS }: Pick<ModelOptions, 'name' | 'apiKey' | 'fetch' | 'limits'>,
  { url, headers, body }: JsonQuestion,
  { signal, endsMs }: { signal: AbortSignal; endsMs: number },
): Promise<unknown> => {
  const clock = startCallClock(limits, signal, endsMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: clock.signal,
    })
    if (!response.ok) throw await refusalOf(response, [apiKey])
    return parse(await readText(response, limits.answerBytesMax))
  } catch (error) {
    if (clock.signal.aborted) throw clock.signal.reason
    if (error instanceof AppError) throw error
    throw new ModelError('MODEL_UNREACHABLE', `The model ${name} could not be reached, or its connection broke.`, {
      cause: error,
    })
  } finally {
    clock.stop()
  }
}

const readText = async (response: Response, bytesMax: number): Promise<string> => {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.byteLength
    if (bytes > bytesMax) throw answerTooLong(bytesMax)
    parts.push(part)
  }
  return new TextDecoder().decode(Buffer.concat(parts))
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ModelError('MODEL_BAD_ANSWER', 'The model answered with something that is not JSON.', { cause: error })
  }
}

export const bearer = (apiKey: string): Record<string, string> =>
  apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }
