import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import type { Static } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Logger } from '#shared/logging/logger.ts'
import { createFrameDecoder, encodeFrame } from '#shared/worker-protocol/frame-codec.ts'
import {
  type FromSupervisor,
  FromWorker,
  type Hello,
  PROTOCOL_VERSION,
} from '#shared/worker-protocol/worker-messages.ts'

/** How the supervisor speaks to one process. */
export interface ControlConnection {
  send(message: FromSupervisor): void
  close(): void
}

/** What is done with the messages of one process. */
export interface ControlHandler {
  onMessage(message: FromWorker): void
  onClose(): void
}

export interface ControlServerOptions {
  path: string
  logger: Logger
  /** Decides by its hello who dials. Undefined: not one of ours. */
  accept(hello: Static<typeof Hello>, connection: ControlConnection): ControlHandler | undefined
}

/** A process that does not read what it is sent has stopped working; its missing heartbeats will tell. */
const UNSENT_BYTES_MAX = 1_048_576

/** Listens for workers and gateways. Their messages meet the schema here; who breaks it is disconnected. */
export const startControlServer = async (options: ControlServerOptions): Promise<{ close(): void }> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    serveConnection(socket, options)
  })
  rmSync(options.path, { force: true }) // the data directory is locked, so a socket that lies there is dead
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.path, resolve)
  })
  return {
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

const serveConnection = (socket: Socket, { logger, accept }: ControlServerOptions): void => {
  const decoder = createFrameDecoder()
  let handler: ControlHandler | undefined
  const connection: ControlConnection = {
    send(message) {
      if (socket.destroyed) return
      if (socket.writableLength > UNSENT_BYTES_MAX) socket.destroy()
      else socket.write(encodeFrame(message))
    },
    close: () => socket.destroy(),
  }

  const receive = (message: unknown) => {
    if (!Value.Check(FromWorker, message)) throw new Error('a message of an unknown kind')
    if (handler) return handler.onMessage(message)
    if (message.type !== 'hello' || message.version !== PROTOCOL_VERSION) throw new Error('no hello of our version')
    handler = accept(message, connection)
    if (handler) return
    // A survivor of an earlier supervisor that nobody knows any more: it must not keep its port or its runs.
    logger.warn({ hello: message }, 'a process that is not ours dialled; it is told to stop')
    connection.send({ type: 'drain', msMax: 0 })
    socket.end()
  }

  socket.on('data', (bytes: Buffer) => {
    try {
      for (const message of decoder.push(bytes)) receive(message)
    } catch (error) {
      logger.warn({ err: error }, 'a control connection was closed')
      socket.destroy()
    }
  })
  socket.on('error', () => undefined) // 'close' follows
  socket.on('close', () => handler?.onClose())
}
