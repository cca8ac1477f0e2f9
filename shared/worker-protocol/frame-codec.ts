/**
 * Messages on the control socket: four bytes of length (big-endian, unsigned), then that many bytes of JSON in UTF-8. Both ends are ours,
 * so a frame that breaks the rules is a bug or an intruder: the connection is closed.
 */
export const FRAME_BYTES_MAX = 4 * 1024 * 1024

const HEADER_BYTES = 4

export class FrameError extends Error {
  override readonly name = 'FrameError'
}

/** Throws FrameError when the message is larger than FRAME_BYTES_MAX. */
export const encodeFrame = (message: unknown): Uint8Array => {
  const body = Buffer.from(JSON.stringify(message), 'utf8')
  if (body.length > FRAME_BYTES_MAX) throw new FrameError(`A message of ${body.length} bytes is too large to send.`)
  const frame = Buffer.allocUnsafe(HEADER_BYTES + body.length)
  frame.writeUInt32BE(body.length, 0)
  body.copy(frame, HEADER_BYTES)
  return frame
}

/**
 * Takes bytes as they come, however they were cut, and returns the messages that became complete. Holds at most one frame.
 * Throws FrameError on a frame that is too large or no JSON; the decoder must not be used after that.
 */
export const createFrameDecoder = (): { push(bytes: Uint8Array): unknown[] } => {
  let rest: Buffer = Buffer.alloc(0)
  return {
    push(bytes) {
      rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes])
      const messages: unknown[] = []
      for (;;) {
        if (rest.length < HEADER_BYTES) return messages
        const length = rest.readUInt32BE(0)
        if (length > FRAME_BYTES_MAX) throw new FrameError(`A frame of ${length} bytes is announced.`)
        if (rest.length < HEADER_BYTES + length) return messages
        messages.push(parseBody(rest.subarray(HEADER_BYTES, HEADER_BYTES + length)))
        rest = rest.subarray(HEADER_BYTES + length)
      }
    },
  }
}

const parseBody = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new FrameError('A frame holds no JSON.', { cause })
  }
}
