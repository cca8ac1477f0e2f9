/** As much of a file as its headers are looked for in. */
const HEADERS_BYTES_MAX = 256_000
const HEADER = /^([!-9;-~]+):/
/** Every message has been sent by somebody or somehow… */
const SENT_BY: ReadonlySet<string> = new Set(['from', 'received', 'return-path', 'mime-version', 'message-id'])
/** … and says some of these besides. */
const KNOWN: ReadonlySet<string> = new Set([
  ...SENT_BY,
  ...'to cc subject date content-type reply-to sender delivered-to x-mailer dkim-signature'.split(' '),
])
const KNOWN_MIN = 3

/** True for a file that begins with the headers of an e-mail (RFC 5322, section 2.2), and nothing else before its first empty line. */
export const isEmail = (bytes: Uint8Array): boolean => {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEADERS_BYTES_MAX))
  const names = new Set<string>()
  for (const line of start.toString('latin1').split(/\r?\n/)) {
    if (line === '') break
    if (/^[ \t]/.test(line) && names.size > 0) continue
    const name = HEADER.exec(line)?.[1]?.toLowerCase()
    if (name === undefined) return false
    names.add(name)
  }
  return !names.isDisjointFrom(SENT_BY) && names.intersection(KNOWN).size >= KNOWN_MIN
}
