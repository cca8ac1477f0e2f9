import { type Address, type AddressRange, embeddedIpv4, isInRange, parseRange } from './address-ranges.ts'
import { OutboundAllowInvalidError } from './errors.ts'

/** What ORRERY_OUTBOUND_ALLOW lets through although it is private. */
export interface AllowList {
  allowsHost(host: string): boolean
  allowsAddress(address: Address): boolean
}

const HOST = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/

/**
 * Reads a comma list of hosts (`model.internal`, `*.corp.example` for every name below it) and CIDR ranges or single addresses.
 * Throws OutboundAllowInvalidError for an entry that is neither.
 */
export const parseAllowList = (text: string): AllowList => {
  const hosts = new Set<string>()
  const suffixes: string[] = []
  const ranges: AddressRange[] = []
  for (const entry of text.split(',').map((part) => part.trim().toLowerCase())) {
    if (entry === '') continue
    const range = parseRange(entry.replace(/^\[(.*)\]$/, '$1'))
    if (range) ranges.push(range)
    else if (/^[\d./:]+$/.test(entry) || !HOST.test(entry)) throw new OutboundAllowInvalidError(entry)
    else if (entry.startsWith('*.')) suffixes.push(entry.slice(1))
    else hosts.add(entry)
  }
  return {
    allowsHost: (host) => hosts.has(host) || suffixes.some((suffix) => host.endsWith(suffix)),
    allowsAddress(address) {
      const candidates = [address, embeddedIpv4(address)].filter((candidate) => candidate !== undefined)
      return ranges.some((range) => candidates.some((candidate) => isInRange(candidate, range)))
    },
  }
}
