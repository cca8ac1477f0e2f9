import { isLate } from '#shared/http/early-head.ts'
import { formatEvent, streamResponse } from '#shared/http/event-stream.ts'
import { withHeartbeats } from '#shared/http/heartbeats.ts'
import { RESUME_HEADER, withoutFirst } from '#shared/http/resumable-stream.ts'
import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'
import { RUN_ID_HEADER } from '../chat/answer-turn.ts'
import { type CompletionIdentity, createChunkMaker } from './completion-chunks.ts'
import type { OpenedAnswer } from './open-answer.ts'
import { describeFailure } from './openai-error.ts'

export interface StreamedCompletion {
  identity: CompletionIdentity
  includeUsage: boolean
  /** Events that the client has already, from a worker that died. */
  after?: number
  /** Silence after which the client is told that the stream lives; HEARTBEAT_MS when absent. */
  heartbeatMs?: number
}

/** A run that is silent for so long gets its head: only a stream that has begun can be gone on with by another worker. */
const HEAD_MS_MAX = 1_000

/**
 * The first piece is waited for, so that a model that cannot be asked is an HTTP error and not a broken stream; a later failure is an
 * error object in the stream. An agent's turn and a flow's run can be gone on with by another worker, and are waited for a second only; a
 * model's own answer cannot, as nothing keeps it.
 */
export const streamAnswer = async (answer: OpenedAnswer, options: StreamedCompletion): Promise<Response> => {
  const left = new AbortController()
  const deltas = answer.deltas(left.signal)[Symbol.asyncIterator]()
  const next = deltas.next()
  const mayBegin = answer.chunksPath !== undefined && (await isLate(next, HEAD_MS_MAX))
  if (!mayBegin) await next
  const toChunks = createChunkMaker(options.identity, options)

  async function* produce(signal: AbortSignal): AsyncGenerator<string> {
    const leave = () => left.abort(signal.reason)
    if (signal.aborted) leave()
    signal.addEventListener('abort', leave, { once: true })
    try {
      for (let piece = await next; !piece.done; piece = await deltas.next()) {
        for (const chunk of toChunks(piece.value)) yield formatEvent(JSON.stringify(chunk))
      }
    } catch (error) {
      if (signal.aborted) return
      yield formatEvent(JSON.stringify(describeFailure(expectedFailureOf(error) ?? error).body))
    }
    yield formatEvent('[DONE]')
  }
  const headers =
    answer.runId === undefined
      ? {}
      : {
          [RUN_ID_HEADER]: answer.runId,
          ...(answer.chunksPath === undefined ? {} : { [RESUME_HEADER]: chunksPath(answer.chunksPath, options) }),
        }
  return streamResponse(
    (signal) => withHeartbeats(withoutFirst(produce(signal), options.after ?? 0), options.heartbeatMs),
    headers,
  )
}

/** What all chunks share must be the same when another worker makes the rest of them, so the path says it. */
const chunksPath = (path: string, { identity, includeUsage }: StreamedCompletion): string => {
  const query = new URLSearchParams({
    id: identity.id,
    created: String(identity.created),
    model: identity.model,
    includeUsage: String(includeUsage),
  })
  return `${path}${path.includes('?') ? '&' : '?'}${query}`
}
