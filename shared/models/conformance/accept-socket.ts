import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const HANDSHAKE_KEY = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const [CONTINUATION, TEXT, CLOSE] = [0x0, 0x1, 0x8]

/**
 * The server's side of a WebSocket (RFC 6455), written by hand because messages must be sent in fragments that end inside a character, and
 * connections be cut.
 */
export const acceptSocket = (request: IncomingMessage, socket: Duplex, pieceMs: number) => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${HANDSHAKE_KEY}`).digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  const firstMessage = Promise.withResolvers<string>()
  const left = Promise.withResolvers<void>()
  let received = Buffer.alloc(0)
  let message = ''
  socket.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes])
    for (let frame = readFrame(received); frame; frame = readFrame(received)) {
      received = received.subarray(frame.size)
      if (frame.opcode === CLOSE) left.resolve()
      if (frame.opcode !== TEXT && frame.opcode !== CONTINUATION) continue
      message += frame.payload.toString('utf8')
      if (frame.isLast) firstMessage.resolve(message)
    }
  })
  for (const event of ['end', 'close', 'error']) socket.on(event, () => left.resolve())

  return {
    firstMessage: firstMessage.promise,
    left: left.promise,
    async send(...pieces: (string | Uint8Array)[]) {
      for (const [index, piece] of pieces.entries()) {
        if (index > 0) await Bun.sleep(pieceMs)
        const opcode = index === 0 ? TEXT : CONTINUATION
        socket.write(toFrame(Buffer.from(piece), opcode, index === pieces.length - 1))
      }
    },
    end: () => void socket.end(toFrame(Buffer.from([0x03, 0xe8]), CLOSE, true)),
    cut: () => void socket.destroy(),
  }
}

/** Unmasked, as servers send them. */
const toFrame = (payload: Buffer, opcode: number, isLast: boolean): Buffer => {
  const first = (isLast ? 0x80 : 0) | opcode
  if (payload.length < 126) return Buffer.concat([Buffer.from([first, payload.length]), payload])
  const header = Buffer.alloc(payload.length < 65_536 ? 4 : 10)
  header[0] = first
  if (payload.length < 65_536) {
    header[1] = 126
    header.writeUInt16BE(payload.length, 2)
  } else {
    header[1] = 127
    header.writeBigUInt64BE(BigInt(payload.length), 2)
  }
  return Buffer.concat([header, payload])
}

/** The first whole frame of what was received, unmasked; undefined while it is incomplete. */
const readFrame = (bytes: Buffer) => {
  if (bytes.length < 2) return undefined
  const [first = 0, second = 0] = bytes
  const short = second & 0x7f
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  const start = 2 + lengthBytes + 4
  if (bytes.length < start) return undefined
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (bytes.length < start + length) return undefined
  const mask = bytes.subarray(start - 4, start)
  const payload = Buffer.from(bytes.subarray(start, start + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0)))
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload, size: start + length }
}
