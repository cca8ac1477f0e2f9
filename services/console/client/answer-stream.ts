import { OrreryError } from './orrery-error.ts'
import { readEventStream } from './read-event-stream.ts'

/** What frames of flows and of agents have in common. */
export interface AnswerFrame {
  code?: number
  message?: string
  id?: string
  choices?: { delta?: { content?: string | null; reasoning_content?: string | null }; finish_reason?: string | null }[]
  usage?: TokenCounts | null
}

export interface TokenCounts {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
}

export interface WholeAnswer {
  content: string
  reasoning: string
  usage: TokenCounts | undefined
  /** Empty when the server named none. */
  runId: string
}

/** A streamed answer: iterate its frames, or ask for the whole. Either once. */
export interface AnswerStream<Frame extends AnswerFrame> extends AsyncIterable<Frame> {
  /** For `runs.get` and `runs.events`: the run goes on when this stream is left. Empty when the server named none. */
  readonly runId: string
  whole(): Promise<WholeAnswer>
}

/** @throws OrreryError from the iteration when a frame carries a failure or the stream breaks off */
export const toAnswerStream = <Frame extends AnswerFrame>(
  response: Response,
  signal?: AbortSignal,
): AnswerStream<Frame> => {
  const runId = response.headers.get('x-orrery-run-id') ?? ''
  async function* frames() {
    let finished = false
    for await (const { data } of readEventStream(response, signal)) {
      if (data === '[DONE]') return
      const frame = JSON.parse(data) as Frame
      throwOnFailure(frame)
      finished ||= Boolean(frame.choices?.[0]?.finish_reason)
      yield frame
    }
    if (!finished) throw cutOff()
  }
  const iterator = frames()
  return {
    runId,
    [Symbol.asyncIterator]: () => iterator,
    async whole() {
      const answer: WholeAnswer = { content: '', reasoning: '', usage: undefined, runId }
      for await (const frame of iterator) {
        const delta = frame.choices?.[0]?.delta
        answer.content += delta?.content ?? ''
        answer.reasoning += delta?.reasoning_content ?? ''
        answer.usage = frame.usage ?? answer.usage
      }
      return answer
    },
  }
}

/** @throws OrreryError when a frame, or a whole answer, says that it failed */
export const throwOnFailure = ({ code, message, id }: Pick<AnswerFrame, 'code' | 'message' | 'id'>): void => {
  if (code === undefined || code === 0) return
  throw new OrreryError({ code: String(code), message: message ?? '', status: 200, traceId: id ?? '' })
}

const cutOff = () =>
  new OrreryError({
    code: 'STREAM_BROKEN',
    message: 'The stream ended before the answer did.',
    remedy: 'What was started goes on: follow it with runs.events, which connects again by itself.',
    status: 200,
  })
