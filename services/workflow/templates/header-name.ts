/** Headers that frame the message or name its host: they follow from the request, and a wrong one could smuggle another. */
const FRAMING_HEADERS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'te',
  'trailer',
])
/** Field names (RFC 9110, section 5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Throws SyntaxError for a name that a flow may not send a header under. */
export const checkHeaderName = (name: string): void => {
  if (!TOKEN.test(name)) throw new SyntaxError(`${name} is no header name`)
  if (FRAMING_HEADERS.has(name.toLowerCase())) {
    throw new SyntaxError(`${name} follows from the request and cannot be set`)
  }
}
