import type { Socket } from 'bun'
import { type BodyDecoder, createBodyDecoder } from './decode-body.ts'
import { readAnswerHead } from './read-head.ts'

export interface Opened {
  status: number
  headers: Headers
  /** Fails with an Error when the connection ends before the body does. */
  body: ReadableStream<Uint8Array>
}

const DEFAULT_PORT = 80

/** Sends a request over a connection of its own, and resolves with the head of its answer. Rejects with an Error, or the reason of the signal. */
export const openConnection = (target: URL, request: Buffer, signal: AbortSignal | undefined): Promise<Opened> => {
  const opened = Promise.withResolvers<Opened>()
  let socket: Socket | undefined
  let unsent = request
  let head: Buffer = Buffer.alloc(0)
  let decoder: BodyDecoder | undefined
  let ready: Uint8Array[] = []
  let failure: unknown
  let isOver = false
  /** The reader waits for bytes. */
  let wanting: PromiseWithResolvers<void> | undefined
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined

  const fail = (error: unknown) => {
    if (isOver) return
    isOver = true
    failure = error
    opened.reject(error)
    socket?.terminate()
    settle()
  }
  const finish = () => {
    if (isOver) return
    isOver = true
    socket?.end()
    settle()
  }
  const abort = () => fail(signal?.reason)

  /** Gives the reader what is there, once it asks. */
  const settle = () => {
    if (isOver) signal?.removeEventListener('abort', abort)
    if (!wanting || !giveOut()) return
    socket?.pause()
    wanting.resolve()
    wanting = undefined
  }

  /** False when there is nothing to tell. */
  const giveOut = (): boolean => {
    if (ready.length > 0) {
      controller?.enqueue(ready.length === 1 && ready[0] ? ready[0] : Buffer.concat(ready))
      ready = []
    } else if (failure !== undefined) controller?.error(failure)
    else if (isOver) controller?.close()
    else return false
    return true
  }

  const take = (bytes: Buffer) => {
    if (!decoder) {
      head = head.byteLength === 0 ? Buffer.from(bytes) : Buffer.concat([head, bytes])
      const read = readAnswerHead(head)
      if (!read) return
      decoder = createBodyDecoder(read.framing)
      opened.resolve({ status: read.status, headers: read.headers, body })
      takeBody(decoder, head.subarray(read.bodyAt))
    } else takeBody(decoder, Buffer.from(bytes))
  }

  const takeBody = (decoding: BodyDecoder, bytes: Uint8Array) => {
    ready.push(...decoding.feed(bytes))
    if (decoding.isWhole) finish()
    else settle()
    // Nobody reads: what comes next may wait with the sender.
    if (!wanting && !isOver) socket?.pause()
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(made) {
        controller = made
      },
      pull() {
        wanting = Promise.withResolvers()
        const { promise } = wanting
        if (ready.length === 0 && !isOver) socket?.resume()
        settle()
        return promise
      },
      cancel() {
        fail(new Error('Nobody reads the answer any more.'))
      },
    },
    { highWaterMark: 0 },
  )

  const send = (to: Socket) => {
    const written = to.write(unsent)
    unsent = unsent.subarray(Math.max(0, written))
  }
  const ended = () => {
    if (decoder?.endsWithConnection) finish()
    else fail(new Error('The connection ended before the answer was whole.'))
  }

  if (signal?.aborted) return Promise.reject(signal.reason)
  signal?.addEventListener('abort', abort, { once: true })
  Bun.connect({
    hostname: target.hostname.replace(/^\[|\]$/g, ''),
    port: Number(target.port || DEFAULT_PORT),
    socket: {
      open(to) {
        socket = to
        if (isOver) to.terminate()
        else send(to)
      },
      drain: send,
      data(_, bytes) {
        try {
          take(bytes)
        } catch (error) {
          fail(error)
        }
      },
      end: ended,
      close: ended,
      error: (_, error) => fail(error),
      connectError: (_, error) => fail(error),
    },
  }).catch(fail)
  return opened.promise
}
