import type { Socket } from 'bun'
import { ClientConnection, type ClientHandling } from './client-connection.ts'
import { CONNECTIONS_MAX, SWEEP_MS } from './http-limits.ts'
import { sweepConnection } from './sweep-connections.ts'

/** Where to listen: on a descriptor that was handed over, on an address, or on a unix socket. */
export type ListenPlace = { fd: number } | { hostname: string; port: number } | { unix: string }

export interface WireListener {
  /** Undefined on a unix socket and on a descriptor that was handed over. */
  port: number | undefined
  connections(): number
  /** Takes no new connection; those that are open go on. */
  stopListening(): void
  /** Ends connections that have waited for a next request for `idleMs` or longer, counted from `notBeforeMs` on. */
  closeIdle(options: { idleMs: number; notBeforeMs: number }): void
  /** Ends everything. */
  close(): void
}

/** Takes connections and gives what their clients ask to `handling`. Throws what listening throws. */
export const startListener = (place: ListenPlace, handling: Omit<ClientHandling, 'onClose'>): WireListener => {
  const open = new Set<ClientConnection>()
  const withEnd: ClientHandling = { ...handling, onClose: (connection) => void open.delete(connection) }
  const socket = {
    binaryType: 'buffer' as const,
    open(raw: Socket<ClientConnection>) {
      raw.data = new ClientConnection(raw, withEnd)
      open.add(raw.data)
      if (open.size > CONNECTIONS_MAX) raw.data.cut()
    },
    data: (raw: Socket<ClientConnection>, bytes: Buffer) => raw.data.receive(bytes),
    drain: (raw: Socket<ClientConnection>) => raw.data.drained(),
    close: (raw: Socket<ClientConnection>) => raw.data?.ended(),
    error: (raw: Socket<ClientConnection>) => raw.data?.ended(),
  }
  // safe: Bun takes an inherited descriptor, as the contract test shows; only its types do not say so
  const listener = Bun.listen<ClientConnection>({ ...(place as { hostname: string; port: number }), socket })
  const sweep = setInterval(() => {
    const nowMs = Date.now()
    for (const connection of open) sweepConnection(connection, nowMs)
  }, SWEEP_MS)
  sweep.unref()

  return {
    port: 'port' in place ? listener.port : undefined,
    connections: () => open.size,
    stopListening: () => listener.stop(),
    closeIdle({ idleMs, notBeforeMs }) {
      const nowMs = Date.now()
      for (const connection of open) {
        if (connection.isIdle && nowMs - Math.max(connection.sinceMs, notBeforeMs) >= idleMs) connection.cut()
      }
    },
    close() {
      clearInterval(sweep)
      listener.stop()
      for (const connection of open) connection.cut()
    },
  }
}
