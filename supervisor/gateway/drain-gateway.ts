import type { GatewayServer } from './gateway-server.ts'
import type { Traffic } from './traffic.ts'

const POLL_MS = 20

export interface DrainLimits {
  /** For what is in flight. */
  msMax: number
  /**
   * For kept connections without a request: a client may be about to send one, which a close would break. It gets its answer, and with it
   * word that the connection ends. 0 when nobody serves after this gateway.
   */
  idleMs: number
}

/**
 * Stops listening, lets what is in flight finish, then cuts the rest. The internal socket serves until then, because the requests that
 * finish may need it. Returns how many requests were cut.
 */
export const drainGateway = async (
  server: GatewayServer,
  traffic: Traffic,
  { msMax, idleMs }: DrainLimits,
): Promise<number> => {
  const startedAt = Date.now()
  server.stopListening()
  for (;;) {
    server.closeIdle({ idleMs, notBeforeMs: startedAt })
    const isEmpty = traffic.inFlight + traffic.streams === 0 && server.connections() === 0
    if (isEmpty || Date.now() - startedAt >= msMax) break
    await Bun.sleep(POLL_MS)
  }
  const cut = traffic.inFlight + traffic.streams
  server.close()
  return cut
}
