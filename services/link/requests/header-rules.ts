import { CallInvalidError } from '../errors.ts'

/** What HTTP itself sets (RFC 9110, section 7.6.1; RFC 9112), what would change who is asked, and what belongs to whom asks us. */
const RESERVED = new Set([
  ...['host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'te', 'trailer', 'expect'],
  ...['proxy-authorization', 'proxy-connection', 'proxy-authenticate', 'x-orrery-caller', 'x-orrery-service'],
])
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/**
 * Puts a header into a request.
 * @throws CallInvalidError for one that callers may not set, for a name that is none, and for a value with a line break or a NUL in it
 */
export const setHeader = (headers: Headers, name: string, value: string): void => {
  if (!NAME.test(name)) throw new CallInvalidError(`"${name}" is no name of a header.`)
  if (RESERVED.has(name.toLowerCase())) throw new CallInvalidError(`The header ${name} must not be set.`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header cannot hold
  if (/[\r\n\u0000]/.test(value)) throw new CallInvalidError(`The header ${name} holds a line break or a NUL.`)
  // Headers are bytes: characters beyond ASCII travel as UTF-8.
  headers.set(name, Buffer.from(value.toWellFormed(), 'utf8').toString('latin1'))
}
