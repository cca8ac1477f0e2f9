/**
 * The address of whoever made a request, from `X-Forwarded-For`: each that passed a request on has written the address that it got it from at the end, the
 * gateway last. Without proxies that is the last one; behind `proxyHops` trusted proxies it is so many before it. What stands farther to the left is
 * what a client claims.
 */
export const clientAddressOf = (headers: Pick<Headers, 'get'>, proxyHops: number): string => {
  const addresses = (headers.get('x-forwarded-for') ?? '').split(',').map((address) => address.trim())
  const address = addresses[Math.max(0, addresses.length - 1 - proxyHops)] ?? ''
  return address.slice(0, ADDRESS_LENGTH_MAX)
}

/** An IPv6 address with a zone has fewer. */
const ADDRESS_LENGTH_MAX = 64
