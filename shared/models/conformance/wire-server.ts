import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { parseObject } from '../calls/read-json.ts'
import { acceptSocket } from './accept-socket.ts'

export interface WireRequest {
  path: string
  headers: IncomingMessage['headers']
  body: Record<string, unknown>
}

/** One answer that a played provider gives. */
export interface Exchange {
  request: WireRequest
  /** 1 for the first request of the server's life. */
  call: number
  /** Sends one message in these pieces, each on the wire before the next: network chunks, or fragments of one frame. */
  send(...pieces: (string | Uint8Array)[]): Promise<void>
  /** The answer is complete. */
  end(): void
  /** Breaks the connection off. */
  cut(): void
  /** Resolves when the client has gone. */
  left: Promise<void>
}

export interface Refusal {
  status: number
  body: string
  headers?: Record<string, string>
}

export interface WireAnswers {
  /** A refusal of the request with this number, before anything else. */
  refuse?(call: number): Refusal | undefined
  answer(exchange: Exchange): void | Promise<void>
}

/** Pause between pieces, so that they arrive apart. */
const PIECE_MS = 1

/** A server that plays a provider, over real HTTP or WebSocket connections. Stops when its scope ends. */
export const startWireServer = async (answers: WireAnswers, contentType: string) => {
  const requests: WireRequest[] = []
  const sockets = new Set<Duplex>()
  let calls = 0
  let lastRefusal: Refusal | undefined

  const answerOverHttp = async (request: IncomingMessage, response: ServerResponse) => {
    const text = await readAll(request)
    // Who was refused a WebSocket asks again plainly for the reason.
    if (request.method === 'GET' && lastRefusal) return refuse(response, lastRefusal)
    calls += 1
    const call = calls
    const seen = { path: request.url ?? '', headers: request.headers, body: parseObject(text) ?? {} }
    requests.push(seen)
    const refusal = answers.refuse?.(call)
    if (refusal) return refuse(response, refusal)
    const left = new Promise<void>((resolve) => response.on('close', resolve))
    await answers.answer({
      request: seen,
      call,
      left,
      async send(...pieces) {
        if (!response.headersSent) response.writeHead(200, { 'content-type': contentType })
        response.flushHeaders()
        for (const [index, piece] of pieces.entries()) {
          if (index > 0) await Bun.sleep(PIECE_MS)
          response.write(piece)
        }
      },
      end: () => void response.end(),
      cut: () => void request.socket.destroy(),
    })
  }

  const answerOverSocket = (request: IncomingMessage, socket: Duplex) => {
    calls += 1
    const call = calls
    lastRefusal = answers.refuse?.(call)
    if (lastRefusal) {
      requests.push({ path: request.url ?? '', headers: request.headers, body: {} })
      const headers = Object.entries(lastRefusal.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`)
      socket.end(
        `HTTP/1.1 ${lastRefusal.status} Refused\r\n${headers.join('')}content-length: ${Buffer.byteLength(lastRefusal.body)}\r\n\r\n${lastRefusal.body}`,
      )
      return
    }
    const accepted = acceptSocket(request, socket, PIECE_MS)
    void accepted.firstMessage.then((text) => {
      const seen = { path: request.url ?? '', headers: request.headers, body: parseObject(text) ?? {} }
      requests.push(seen)
      return answers.answer({ ...accepted, request: seen, call })
    })
  }

  const server = createServer((request, response) => void answerOverHttp(request, response))
  server.on('upgrade', answerOverSocket)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    // safe: a server that listens on TCP has such an address
    port: (server.address() as AddressInfo).port,
    requests,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

const refuse = (response: ServerResponse, refusal: Refusal): void => {
  response.writeHead(refusal.status, { 'content-type': 'application/json', ...refusal.headers })
  response.end(refusal.body)
}

const readAll = async (request: IncomingMessage): Promise<string> => {
  const parts: Uint8Array[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}
