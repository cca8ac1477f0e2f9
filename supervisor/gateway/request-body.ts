import { BodyTooLargeError } from './errors.ts'

/** A client's body, which may have to be sent more than once. */
export interface RequestBody {
  /** The whole body for one attempt; the attempt before must be over. Only while `replayable`. */
  open(): Uint8Array | ReadableStream<Uint8Array> | undefined
  /** False once a part that cannot be sent again has gone to a worker. */
  readonly replayable: boolean
  /** Set when the client sent more than it may. */
  readonly tooLarge: BodyTooLargeError | undefined
}

/** The body of a request that the gateway makes itself. */
export const emptyBody = (): RequestBody => ({ open: () => undefined, replayable: true, tooLarge: undefined })

/** Bytes kept per request so that it can be sent to another worker. */
const REPLAY_BYTES_MAX = 65_536

/**
 * Takes the body from a request. A short one is read at once; the rest is passed on as it comes. Throws BodyTooLargeError when the length is
 * declared and above `bytesMax`; an undeclared one is counted on its way. `onReceived` is called when the client has sent everything.
 */
export const takeBody = async (request: Request, bytesMax: number, onReceived: () => void): Promise<RequestBody> => {
  const declared = request.headers.get('content-length')
  const length = declared === null ? undefined : Number(declared)
  if (length !== undefined && length > bytesMax) throw new BodyTooLargeError(bytesMax)
  const without = request.method === 'GET' || request.method === 'HEAD' || request.body === null
  if (without || (length !== undefined && length <= REPLAY_BYTES_MAX)) {
    const bytes = without ? undefined : await request.bytes()
    onReceived()
    return { open: () => bytes, replayable: true, tooLarge: undefined }
  }
  return streamBody(request.body as ReadableStream<Uint8Array>, bytesMax, onReceived)
}

const streamBody = (source: ReadableStream<Uint8Array>, bytesMax: number, onReceived: () => void): RequestBody => {
  const reader = source.getReader()
  /** Chunks received and, while replayable, all of them. */
  let head: Uint8Array[] = []
  let bytes = 0
  let ended = false
  let attempt = 0
  let filling: Promise<void> | undefined
  const body = { replayable: true, tooLarge: undefined as BodyTooLargeError | undefined, open }

  const fill = async (): Promise<void> => {
    const { done, value } = await reader.read()
    filling = undefined
    if (done) {
      ended = true
      onReceived()
      return
    }
    bytes += value.byteLength
    if (bytes > bytesMax) {
      body.tooLarge = new BodyTooLargeError(bytesMax)
      throw body.tooLarge
    }
    head.push(value)
    if (bytes > REPLAY_BYTES_MAX) body.replayable = false
  }

  function open(): ReadableStream<Uint8Array> {
    attempt += 1
    const own = attempt
    let sent = 0
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          if (sent >= head.length && !ended) {
            filling ??= fill()
            await filling
          }
          if (own !== attempt) return controller.error(new Error('This attempt was given up.'))
          const chunk = head[sent]
          if (!chunk) return controller.close()
          sent += 1
          if (!body.replayable) {
            head = head.slice(sent)
            sent = 0
          }
          controller.enqueue(chunk)
        },
      },
      { highWaterMark: 0 },
    )
  }
  return body
}
