import type { Socket } from 'bun'

export interface OpenStreams {
  /** Streams whose first event came. */
  opened(): number
  /** Events over all streams so far. */
  events(): number
  /** Streams that ended although nobody ended them. */
  broken(): number
  close(): void
}

interface StreamState {
  hasOpened: boolean
}

/** Dials so many at once; more would overflow the listener's queue. */
const BATCH = 100

/** Opens so many event streams over connections of their own and keeps them. Resolves once all are dialled. */
export const openStreams = async (options: { port: number; count: number; request: string }): Promise<OpenStreams> => {
  let opened = 0
  let events = 0
  let broken = 0
  let isClosing = false
  const sockets: Socket<StreamState>[] = []
  const handlers = {
    binaryType: 'buffer' as const,
    open: (socket: Socket<StreamState>) => void socket.write(options.request),
    data(socket: Socket<StreamState>, bytes: Buffer) {
      const found = bytes.toString('latin1').split('data: ').length - 1
      events += found
      if (found === 0 || socket.data.hasOpened) return
      socket.data.hasOpened = true
      opened += 1
    },
    close() {
      if (!isClosing) broken += 1
    },
  }
  for (let dialled = 0; dialled < options.count; dialled += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, options.count - dialled) }, () =>
      Bun.connect<StreamState>({
        hostname: '127.0.0.1',
        port: options.port,
        data: { hasOpened: false },
        socket: handlers,
      }),
    )
    sockets.push(...(await Promise.all(batch)))
  }
  return {
    opened: () => opened,
    events: () => events,
    broken: () => broken,
    close() {
      isClosing = true
      for (const socket of sockets) socket.end()
    },
  }
}
