import type { CheckedAddress } from './outbound-guard.ts'
import { addressLiteral, certificateOf } from './pin-request.ts'

/**
 * The WebSocket as it is opened: to the IP address that was checked, with the name in `Host` and, for wss, as the name that the certificate
 * must bear. A WebSocket follows no redirects.
 */
export const pinSocket = (checked: CheckedAddress): { url: string; options: Bun.WebSocketOptions } => {
  const { url, address } = checked
  const pinned = new URL(url)
  pinned.hostname = addressLiteral(address)
  const tls = url.protocol === 'wss:' ? { tls: certificateOf(url) } : {}
  return { url: pinned.href, options: { headers: { host: url.host }, ...tls } }
}
