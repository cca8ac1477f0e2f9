import { ModelError } from '../model-error.ts'
import type { AnswerReader, AnswerStream } from './answer-part.ts'
import { CALL_LIMITS, type CallLimits, ERROR_BODY_BYTES_MAX } from './call-limits.ts'
import type { FetchModel } from './model-options.ts'
import { failureOfResponse, toModelError } from './provider-error.ts'
import { retryAfterOf } from './retry-policy.ts'

export interface HttpCall {
  fetch: FetchModel
  url: string
  headers: Record<string, string>
  body: Record<string, unknown>
  secrets: readonly string[]
  reader: AnswerReader
  limits?: Pick<CallLimits, 'answerBytesMax'> | undefined
}

/** Posts a request whose answer is read as it comes. Throws ModelError for a refusal, or what `fetch` throws. */
export const openHttpAnswer = async (call: HttpCall, signal: AbortSignal): Promise<AnswerStream> => {
  const response = await call.fetch(call.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...call.headers },
    body: JSON.stringify(call.body),
    signal,
  })
  if (!response.ok) throw await refusalOf(response, call.secrets)
  if (!response.body) throw new ModelError('MODEL_BAD_ANSWER', 'The model answered with nothing.')
  // safe: a response's body is bytes, whatever the merged library types say
  const body = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>
  return streamOf(body, call.reader, (call.limits ?? CALL_LIMITS).answerBytesMax)
}

const streamOf = (
  body: ReadableStreamDefaultReader<Uint8Array>,
  reader: AnswerReader,
  bytesMax: number,
): AnswerStream => {
  const decoder = new TextDecoder()
  let bytes = 0
  let isOver = false
  return {
    async next() {
      if (isOver) return undefined
      const chunk = await body.read()
      if (chunk.done) {
        isOver = true
        return reader.end()
      }
      bytes += chunk.value.byteLength
      if (bytes > bytesMax) throw answerTooLong(bytesMax)
      const parts = reader.feed(decoder.decode(chunk.value, { stream: true }))
      isOver = reader.isDone
      return parts
    },
    close: () => body.cancel().catch(() => undefined),
  }
}

export const answerTooLong = (bytesMax: number): ModelError =>
  new ModelError('MODEL_BAD_ANSWER', `The answer of the model is longer than ${bytesMax} bytes.`)

/** The error that a response with an error status stands for. Reads no more of its body than the beginning. */
export const refusalOf = async (response: Response, secrets: readonly string[]): Promise<ModelError> => {
  const failure = failureOfResponse(response.status, await readBeginning(response))
  return toModelError(failure, {
    secrets,
    retryAfterMs: retryAfterOf(response.headers, Date.now()) ?? failure.retryAfterMs,
  })
}

const readBeginning = async (response: Response): Promise<string> => {
  const parts: Uint8Array[] = []
  let size = 0
  // Leaving the loop early cancels the body.
  for await (const part of response.body ?? []) {
    parts.push(part)
    size += part.byteLength
    if (size >= ERROR_BODY_BYTES_MAX) break
  }
  return new TextDecoder().decode(Buffer.concat(parts).subarray(0, ERROR_BODY_BYTES_MAX))
}
