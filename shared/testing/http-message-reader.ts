/** One HTTP/1 message as it came: its first line, its header lines, its body. */
export interface HttpMessage {
  /** `GET /x HTTP/1.1` or `HTTP/1.1 200 OK` */
  line: string
  /** In order; names as they were spelled. */
  fields: [name: string, value: string][]
  body: Buffer
}

/** Bytes that are no HTTP message. */
export class NoHttpMessageError extends Error {
  override readonly name = 'NoHttpMessageError'
}

type Framing = 'none' | 'chunked' | number

/**
 * Cuts messages out of the bytes of one connection, for tests: it forgives nothing, so that what it accepts is written as RFC 9112 wants it.
 * Knows no answers to HEAD and none that end with their connection.
 */
export class HttpMessageReader {
  #rest: Buffer = Buffer.alloc(0)

  /** Bytes that are not a whole message yet. */
  get rest(): Buffer {
    return this.#rest
  }

  /** Takes bytes; returns the messages that are whole now. Throws NoHttpMessageError. */
  push(bytes: Uint8Array): HttpMessage[] {
    this.#rest = Buffer.concat([this.#rest, bytes])
    const messages: HttpMessage[] = []
    for (let message = this.#next(); message; message = this.#next()) messages.push(message)
    return messages
  }

  #next(): HttpMessage | undefined {
    const end = this.#rest.indexOf('\r\n\r\n')
    if (end < 0) return undefined
    const [line = '', ...lines] = this.#rest.toString('latin1', 0, end).split('\r\n')
    const fields = lines.map(parseField)
    const rest = this.#rest.subarray(end + 4)
    const body = readBody(rest, framingOf(line, fields))
    if (!body) return undefined
    this.#rest = rest.subarray(body.consumed)
    return { line, fields, body: body.bytes }
  }
}

/** All values of a header. */
export const valuesOf = ({ fields }: HttpMessage, name: string): string[] =>
  fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)

/** Of a response. */
export const statusOf = ({ line }: HttpMessage): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1])

const parseField = (line: string): [string, string] => {
  const [, name, value] = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*([^\r\n\0]*)$/.exec(line) ?? []
  if (name === undefined || value === undefined) throw new NoHttpMessageError(`no header line: ${JSON.stringify(line)}`)
  return [name, value.trimEnd()]
}

const framingOf = (line: string, fields: HttpMessage['fields']): Framing => {
  const all = (wanted: string) => fields.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
  const [lengths, codings] = [all('content-length'), all('transfer-encoding')]
  if (lengths.length + codings.length > 1) throw new NoHttpMessageError('more than one framing')
  if (/^HTTP\/1\.1 (1\d\d|204|304) /.test(line)) return 'none'
  if (codings.length > 0) {
    if (codings[0]?.toLowerCase() !== 'chunked') throw new NoHttpMessageError(`coding ${codings[0]}`)
    return 'chunked'
  }
  if (lengths.length === 0) return 'none'
  if (!/^\d+$/.test(lengths[0] ?? '')) throw new NoHttpMessageError(`length ${lengths[0]}`)
  return Number(lengths[0])
}

/** Undefined while it is not whole. */
const readBody = (bytes: Buffer, framing: Framing): { bytes: Buffer; consumed: number } | undefined => {
  if (framing === 'none') return { bytes: Buffer.alloc(0), consumed: 0 }
  if (framing === 'chunked') return readChunks(bytes)
  return bytes.length < framing ? undefined : { bytes: bytes.subarray(0, framing), consumed: framing }
}

const readChunks = (bytes: Buffer): { bytes: Buffer; consumed: number } | undefined => {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const digits = bytes.toString('latin1', at, lineEnd)
    if (!/^[0-9a-fA-F]+$/.test(digits)) throw new NoHttpMessageError(`chunk size ${JSON.stringify(digits)}`)
    const size = Number.parseInt(digits, 16)
    const end = lineEnd + 2 + size
    if (bytes.length < end + 2) return undefined
    if (bytes.toString('latin1', end, end + 2) !== '\r\n') throw new NoHttpMessageError('a chunk does not end')
    parts.push(bytes.subarray(lineEnd + 2, end))
    at = end + 2
    if (size === 0) return { bytes: Buffer.concat(parts), consumed: at }
  }
}
