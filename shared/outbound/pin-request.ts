import { parseAddress } from './address-ranges.ts'
import type { CheckedAddress } from './outbound-guard.ts'

/**
 * The request as it is sent: to the IP address that was checked, with the name in `Host` and, for https, as the name that the certificate
 * must bear. Redirects come back to the caller. Ways around the address, a socket file or a proxy, are left out.
 */
export const pinRequest = (
  checked: CheckedAddress,
  init: BunFetchRequestInit,
): { url: string; init: BunFetchRequestInit } => {
  const { url, address } = checked
  const { unix: _, proxy: __, ...rest } = init
  const pinned = new URL(url)
  pinned.hostname = addressLiteral(address)
  const headers = new Headers(rest.headers)
  headers.set('host', url.host)
  const tls = url.protocol === 'https:' ? { tls: { ...rest.tls, ...certificateOf(url) } } : {}
  return { url: pinned.href, init: { ...rest, headers, redirect: 'manual', ...tls } }
}

/** The name of the certificate; an address that was given as such is its own, and a dot at the end of a name is no part of it. */
export const certificateOf = (url: URL): { serverName?: string } => {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  return parseAddress(host) ? {} : { serverName: host }
}

/** An IP address as a URL has it: in brackets and without its zone when it is IPv6. */
export const addressLiteral = (address: string): string =>
  address.includes(':') ? `[${address.replace(/%.*$/, '')}]` : address
