/**
 * IP addresses as numbers, and the ranges that are not the public internet (IANA special-purpose address registries, RFC 6890 and its
 * updates). Pure.
 */
export interface Address {
  family: 4 | 6
  value: bigint
}

export interface AddressRange extends Address {
  prefixBits: number
}

/** Undefined when the text is no IPv4 address in four decimal parts and no IPv6 address. A zone (`%eth0`) is no part of an address. */
export const parseAddress = (text: string): Address | undefined =>
  text.includes(':') ? parseIpv6(text) : parseIpv4(text)

/** `10.0.0.0/8`, `fd00::/8`; a bare address is a range of one. */
export const parseRange = (text: string): AddressRange | undefined => {
  const [addressText = '', bitsText, ...rest] = text.split('/')
  const address = parseAddress(addressText)
  if (!address || rest.length > 0) return undefined
  const bitsMax = address.family === 4 ? 32 : 128
  if (bitsText === undefined) return { ...address, prefixBits: bitsMax }
  if (!/^\d{1,3}$/.test(bitsText) || Number(bitsText) > bitsMax) return undefined
  return { ...address, prefixBits: Number(bitsText) }
}

export const isInRange = (address: Address, range: AddressRange): boolean => {
  if (address.family !== range.family) return false
  const hostBits = BigInt((range.family === 4 ? 32 : 128) - range.prefixBits)
  return address.value >> hostBits === range.value >> hostBits
}

/** The kind of special range an address lies in, or undefined for a public one. IPv4 inside IPv6 counts as what it carries. */
export const specialRangeOf = (address: Address): string | undefined => {
  const inner = embeddedIpv4(address)
  if (inner) return specialRangeOf(inner)
  const special = specialRanges.find(({ range }) => isInRange(address, range))
  if (special) return special.kind
  return address.family === 6 && !isInRange(address, globalUnicast) ? 'reserved' : undefined
}

/** The IPv4 address that a mapped, compatible, NAT64, 6to4 or ISATAP address stands for. */
export const embeddedIpv4 = (address: Address): Address | undefined => {
  if (address.family !== 6) return undefined
  if (carriesIpv4AtEnd.some((range) => isInRange(address, range)) && address.value > 1n) {
    return { family: 4, value: address.value & 0xffff_ffffn }
  }
  if (isIsatap(address)) return { family: 4, value: address.value & 0xffff_ffffn }
  if (isInRange(address, sixToFour)) return { family: 4, value: (address.value >> 80n) & 0xffff_ffffn }
  return undefined
}

/** Interface identifier `0000:5efe` or, globally unique, `0200:5efe`, with the IPv4 address behind it (RFC 5214, 6.1). */
const isIsatap = ({ value }: Address): boolean => ((value >> 32n) & 0xfdff_ffffn) === 0x5efen

const parseIpv4 = (text: string): Address | undefined => {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined
  return { family: 4, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) }
}

const parseIpv6 = (text: string): Address | undefined => {
  const groups = expandIpv6(text)
  if (groups?.length !== 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return { family: 6, value: groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n) }
}

const expandIpv6 = (text: string): string[] | undefined => {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map(ipv6Groups)
  if (!head) return undefined
  if (!tail) return head
  const missing = 8 - head.length - tail.length
  return missing < 1 ? undefined : [...head, ...new Array<string>(missing).fill('0'), ...tail]
}

const ipv6Groups = (half: string): string[] => {
  if (half === '') return []
  return half.split(':').flatMap((group) => {
    if (!group.includes('.')) return [group]
    const ipv4 = parseIpv4(group)
    return ipv4 ? [(ipv4.value >> 16n).toString(16), (ipv4.value & 0xffffn).toString(16)] : ['invalid']
  })
}

const range = (text: string): AddressRange => {
  const parsed = parseRange(text)
  if (!parsed) throw new Error(`Bad range in the source: ${text}`)
  return parsed
}

const specialRanges = (
  [
    ['0.0.0.0/8', 'reserved'],
    ['10.0.0.0/8', 'private'],
    ['100.64.0.0/10', 'private'],
    ['127.0.0.0/8', 'loopback'],
    // Azure's wire server: hands out secrets to every machine of that cloud, at an address that looks public.
    ['168.63.129.16/32', 'metadata'],
    ['169.254.0.0/16', 'link-local'],
    ['172.16.0.0/12', 'private'],
    ['192.0.0.0/24', 'reserved'],
    ['192.0.2.0/24', 'documentation'],
    ['192.88.99.0/24', 'reserved'],
    ['192.168.0.0/16', 'private'],
    ['198.18.0.0/15', 'private'],
    ['198.51.100.0/24', 'documentation'],
    ['203.0.113.0/24', 'documentation'],
    ['224.0.0.0/4', 'multicast'],
    ['240.0.0.0/4', 'reserved'],
    ['::/128', 'reserved'],
    ['::1/128', 'loopback'],
    ['2001::/23', 'reserved'],
    ['2001:db8::/32', 'documentation'],
    ['3fff::/20', 'documentation'],
    ['fc00::/7', 'private'],
    ['fe80::/10', 'link-local'],
    ['fec0::/10', 'private'],
    ['ff00::/8', 'multicast'],
  ] as const
).map(([text, kind]) => ({ range: range(text), kind }))

const globalUnicast = range('2000::/3')
const sixToFour = range('2002::/16')
const carriesIpv4AtEnd = ['::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96', '::/96'].map(range)
