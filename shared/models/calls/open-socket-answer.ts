import type { AnswerPart, AnswerReader, AnswerStream } from './answer-part.ts'
import { CALL_LIMITS, type CallLimits } from './call-limits.ts'
import { answerTooLong } from './open-http-answer.ts'

/** The server answered the request for a WebSocket with a status instead of one. */
export class HandshakeRefusal extends Error {
  readonly status: number

  constructor(status: number) {
    super(`The WebSocket was refused with status ${status}.`)
    this.status = status
  }
}

/** Bun tells the status of a refused handshake only in its message. */
const REFUSED_WITH = /status code: (\d{3})/

/**
 * Sends one message over a socket that is being opened, and gives the frames that answer it, each ended as if it were a line.
 * Rejects with HandshakeRefusal, the signal's reason, or an Error when the connection cannot be made.
 */
export const openSocketAnswer = async (
  socket: WebSocket,
  call: { message: string; reader: AnswerReader; limits?: Pick<CallLimits, 'answerBytesMax'> | undefined },
  signal: AbortSignal,
): Promise<AnswerStream> => {
  socket.binaryType = 'arraybuffer'
  const inbox = createInbox(call.reader, (call.limits ?? CALL_LIMITS).answerBytesMax)
  const opened = Promise.withResolvers<void>()
  let refusal: Error = new Error('The WebSocket could not be opened.')

  const leave = () => {
    opened.reject(signal.reason)
    inbox.fail(signal.reason)
    socket.terminate()
  }
  socket.onopen = () => opened.resolve()
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => inbox.put(data)
  socket.onerror = (event) => {
    const status = REFUSED_WITH.exec('message' in event ? String(event.message) : '')?.[1]
    if (status) refusal = new HandshakeRefusal(Number(status))
  }
  socket.onclose = () => {
    signal.removeEventListener('abort', leave)
    opened.reject(refusal)
    inbox.end()
  }
  if (signal.aborted) leave()
  else signal.addEventListener('abort', leave, { once: true })

  await opened.promise
  socket.send(call.message)
  return {
    next: inbox.next,
    async close() {
      inbox.end()
      socket.terminate()
    },
  }
}

/** What arrived and was not taken yet. */
const createInbox = (reader: AnswerReader, bytesMax: number) => {
  const arrived: string[] = []
  let bytes = 0
  let failure: unknown
  let isClosed = false
  let isOver = false
  let wake: (() => void) | undefined

  const stir = () => {
    wake?.()
    wake = undefined
  }
  const fail = (reason: unknown) => {
    failure ??= reason
    stir()
  }

  return {
    fail,
    put(data: string | ArrayBuffer) {
      const frame = typeof data === 'string' ? data : new TextDecoder().decode(data)
      // In JSON a line break is only white space; here it would end the frame.
      const text = frame.includes('\n') ? frame.replaceAll('\n', ' ') : frame
      // A character is three bytes at most in UTF-8; close enough for a limit of this size.
      bytes += text.length
      if (bytes > bytesMax) fail(answerTooLong(bytesMax))
      else arrived.push(text)
      stir()
    },
    end() {
      isClosed = true
      stir()
    },
    async next(): Promise<readonly AnswerPart[] | undefined> {
      // The protocol said that this was all, so nobody waits for the connection to close.
      if (reader.isDone) return undefined
      while (arrived.length === 0 && !isClosed && failure === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      if (failure !== undefined) throw failure
      if (isOver) return undefined
      if (arrived.length > 0) return reader.feed(`${arrived.splice(0).join('\n')}\n`)
      isOver = true
      return reader.end()
    },
  }
}
