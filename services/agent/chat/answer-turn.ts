import { withEarlyHead } from '#shared/http/early-head.ts'
import { EVENT_STREAM_HEADERS, formatEvent, streamResponse } from '#shared/http/event-stream.ts'
import { RESUME_HEADER, withoutFirst } from '#shared/http/resumable-stream.ts'
import type { Journal } from '#shared/journal/journal.ts'
import { NO_USAGE } from '../loop/fold-turn.ts'
import type { TurnFailure } from '../loop/turn-failure.ts'
import { followTurn } from '../turns/follow-turn.ts'
import { type FrameContent, toAnswer, toFrame, type WireToolCall } from './frames.ts'
import { createTurnFrames } from './turn-frames.ts'

/** Names the run that a response belongs to. */
export const RUN_ID_HEADER = 'x-orrery-run-id'
const DONE_EVENT = formatEvent('[DONE]')

/** The wire's answer to a turn: its frames as they become durable, or all of them as one object. */
export const answerTurn = async (
  journal: Journal,
  turn: { sid: string; runId: string; stream: boolean },
  signal: AbortSignal,
): Promise<Response> => {
  if (turn.stream) return streamTurnFrames(journal, turn)
  return Response.json(await collectTurn(journal, turn, signal), { headers: { [RUN_ID_HEADER]: turn.runId } })
}

/** A turn's frames as a stream that another worker can go on with. `after` events are left out: the client has them, and the head before them. */
export const streamTurnFrames = (journal: Journal, turn: { sid: string; runId: string }, after = 0): Response =>
  streamResponse(
    (left) => {
      const frames = withoutFirst(streamTurn(journal, turn, left), after)
      return after === 0 ? withEarlyHead(frames) : frames
    },
    { [RUN_ID_HEADER]: turn.runId, [RESUME_HEADER]: `/internal/agent/turns/${turn.runId}/frames` },
  )

/** A failure before any turn began, in the same two forms. */
export const answerFailure = (
  failure: TurnFailure,
  request: { sid: string; stream: boolean; headers?: Record<string, string> },
): Response => {
  const headers = request.headers ?? {}
  const stop = { ...failure, usage: NO_USAGE }
  if (!request.stream) {
    return Response.json(
      toAnswer(request.sid, Date.now(), { content: '', reasoning: '', toolCalls: [], model: '', stop }),
      { headers },
    )
  }
  const frame = JSON.stringify(toFrame(request.sid, Date.now(), { stop }))
  return new Response(`${formatEvent(frame)}${DONE_EVENT}`, {
    headers: { ...EVENT_STREAM_HEADERS, ...headers },
  })
}

async function* streamTurn(
  journal: Journal,
  turn: { sid: string; runId: string },
  signal: AbortSignal,
): AsyncGenerator<string> {
  const contentsOf = createTurnFrames()
  for await (const event of followTurn(journal, turn.runId, signal)) {
    for (const content of contentsOf(event)) yield formatEvent(JSON.stringify(toFrame(turn.sid, Date.now(), content)))
  }
  yield DONE_EVENT
}

const collectTurn = async (journal: Journal, turn: { sid: string; runId: string }, signal: AbortSignal) => {
  const contentsOf = createTurnFrames()
  const contents: FrameContent[] = []
  for await (const event of followTurn(journal, turn.runId, signal)) contents.push(...contentsOf(event))
  signal.throwIfAborted()
  return toAnswer(turn.sid, Date.now(), {
    content: contents.map(({ content }) => content ?? '').join(''),
    reasoning: contents.map(({ reasoning }) => reasoning ?? '').join(''),
    toolCalls: contents.map(({ toolCall }) => toolCall).filter((call): call is WireToolCall => call !== undefined),
    model: contents.findLast(({ model }) => model)?.model ?? '',
    stop: contents.at(-1)?.stop ?? { code: 40500, message: 'Agent internal service error', usage: NO_USAGE },
  })
}
