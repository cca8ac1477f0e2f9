import type { CheckedAddress } from './outbound-guard.ts'

/**
 * The request as it is sent: to the IP address that was checked, with the name in `Host` and, for https, as the name that the certificate
 * must bear. Redirects come back to the caller.
 */
export const pinRequest = (
  checked: CheckedAddress,
  init: BunFetchRequestInit,
): { url: string; init: BunFetchRequestInit } => {
  const { url, address } = checked
  const pinned = new URL(url)
  pinned.hostname = addressLiteral(address)
  const headers = new Headers(init.headers)
  headers.set('host', url.host)
  const tls = url.protocol === 'https:' ? { tls: { ...init.tls, serverName: url.hostname } } : {}
  return { url: pinned.href, init: { ...init, headers, redirect: 'manual', ...tls } }
}

/** An IP address as a URL has it: in brackets and without its zone when it is IPv6. */
export const addressLiteral = (address: string): string =>
  address.includes(':') ? `[${address.replace(/%.*$/, '')}]` : address
