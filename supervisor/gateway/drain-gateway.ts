import type { GatewayServer } from './gateway-server.ts'
import type { Traffic } from './traffic.ts'

const POLL_MS = 20

/**
 * Stops listening, lets what is in flight finish for at most `msMax`, then cuts the rest. The internal socket serves until then, because the
 * requests that finish may need it. Returns how many were cut.
 */
export const drainGateway = async (server: GatewayServer, traffic: Traffic, msMax: number): Promise<number> => {
  const deadline = Date.now() + msMax
  server.stopListening()
  while (traffic.inFlight + traffic.streams > 0 && Date.now() < deadline) await Bun.sleep(POLL_MS)
  const cut = traffic.inFlight + traffic.streams
  await server.close()
  return cut
}
