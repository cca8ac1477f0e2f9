/**
 * The wire's session id ("sid"): `<sub><pid low byte, 4 hex><counter, 4 hex>@<location><unix ms, 11 hex><host, 4 hex><port, 2 chars>2`.
 * The original fills the host part from the IPv4 address; ours is random per process, which keeps sids unique over hosts
 * without telling an address. Clients only log it.
 */
export const createSessionIds = (options: { sub: string; location?: string; port?: string }): (() => string) => {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0').slice(-digits)
  const host = hex(crypto.getRandomValues(new Uint16Array(1))[0] ?? 0, 4)
  const tail = `${host}${(options.port ?? '8080').slice(0, 2)}2`
  let counter = 0
  return () => {
    counter = (counter + 1) & 0xffff
    return `${options.sub}${hex(process.pid & 0xff, 4)}${hex(counter, 4)}@${options.location ?? 'or'}${hex(Date.now(), 11)}${tail}`
  }
}
