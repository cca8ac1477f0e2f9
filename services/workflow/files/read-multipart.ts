/** A body that is no multipart form, or breaks off. */
export class MultipartError extends Error {}

/** One field of a form. Its body must be read to its end, or left, before the next part is asked for. */
export interface FormPart {
  name: string
  /** Undefined for fields that are no files. */
  fileName: string | undefined
  body: AsyncIterable<Uint8Array>
}

/** Bytes of the lines before a part's content. */
const HEADER_BYTES_MAX = 16_384
const LINE_END = '\r\n'

/** The boundary of a `multipart/form-data` content type; undefined for other types. */
export const boundaryOf = (contentType: string | null): string | undefined => {
  const found = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(
    contentType ?? '',
  )
  return found?.[1] ?? found?.[2]
}

/**
 * Reads a `multipart/form-data` body (RFC 7578, RFC 2046 section 5.1) as it arrives: never more than a piece of it is in memory. Throws
 * MultipartError.
 */
export async function* readMultipart(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<FormPart, void, undefined> {
  const source = createSource(body)
  const delimiter = Buffer.from(`${LINE_END}--${boundary}`)
  // The first delimiter has no line before it when there is no preamble.
  source.prepend(Buffer.from(LINE_END))
  for await (const _ of untilDelimiter(source, delimiter)) {
    // A preamble says nothing.
  }
  for (;;) {
    const after = (await source.take(LINE_END.length)).toString('latin1')
    if (after === '--') return
    if (after !== LINE_END) throw new MultipartError('a boundary is not followed by a line end')
    const part = readHeader(await readHeaderLines(source))
    const content = untilDelimiter(source, delimiter)
    yield { ...part, body: content }
    for await (const _ of content) {
      // What the reader left.
    }
  }
}

interface Source {
  /** What has arrived and was not taken. */
  buffered(): Buffer
  /** Waits for more. False at the end. */
  fill(): Promise<boolean>
  drop(bytes: number): void
  take(bytes: number): Promise<Buffer>
  prepend(bytes: Buffer): void
}

const createSource = (body: AsyncIterable<Uint8Array>): Source => {
  const iterator = body[Symbol.asyncIterator]()
  let buffer: Buffer = Buffer.alloc(0)
  const source: Source = {
    buffered: () => buffer,
    async fill() {
      const { value, done } = await iterator.next()
      if (done) return false
      buffer = buffer.length === 0 ? Buffer.from(value) : Buffer.concat([buffer, value])
      return true
    },
    drop(bytes) {
      buffer = buffer.subarray(bytes)
    },
    async take(bytes) {
      while (buffer.length < bytes) if (!(await source.fill())) throw new MultipartError('the body ends in its middle')
      const taken = buffer.subarray(0, bytes)
      source.drop(bytes)
      return taken
    },
    prepend(bytes) {
      buffer = Buffer.concat([bytes, buffer])
    },
  }
  return source
}

/** Everything before the next delimiter, which is dropped. */
async function* untilDelimiter(source: Source, delimiter: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const buffer = source.buffered()
    const at = buffer.indexOf(delimiter)
    if (at >= 0) {
      source.drop(at + delimiter.length)
      if (at > 0) yield buffer.subarray(0, at)
      return
    }
    // The end of what is there may be the beginning of a delimiter.
    const sure = buffer.length - delimiter.length + 1
    if (sure > 0) {
      source.drop(sure)
      yield buffer.subarray(0, sure)
    }
    if (!(await source.fill())) throw new MultipartError('the body ends in its middle')
  }
}

const readHeaderLines = async (source: Source): Promise<string> => {
  const end = `${LINE_END}${LINE_END}`
  for (;;) {
    const at = source.buffered().indexOf(end)
    if (at > HEADER_BYTES_MAX || (at < 0 && source.buffered().length > HEADER_BYTES_MAX)) {
      throw new MultipartError('the header of a part is too long')
    }
    if (at >= 0) return (await source.take(at + end.length)).toString('utf8')
    if (!(await source.fill())) throw new MultipartError('the body ends in its middle')
  }
}

const readHeader = (lines: string): { name: string; fileName: string | undefined } => {
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(lines)?.[1]
  const name = disposition && parameterOf(disposition, 'name')
  if (disposition === undefined || name === undefined) throw new MultipartError('a part has no name')
  return { name, fileName: encodedNameOf(disposition) ?? parameterOf(disposition, 'filename') }
}

/** Browsers write quotes in names as %22. */
const parameterOf = (disposition: string, key: string): string | undefined =>
  new RegExp(`(?:^|[;\\s])${key}="([^"]*)"`, 'i').exec(disposition)?.[1]?.replaceAll('%22', '"') ??
  new RegExp(`(?:^|[;\\s])${key}=([^";\\s]+)`, 'i').exec(disposition)?.[1]

/** `filename*=UTF-8''na%C3%AFve.txt` (RFC 8187). */
const encodedNameOf = (disposition: string): string | undefined => {
  const encoded = /filename\*=utf-8'[^']*'([^;\s]+)/i.exec(disposition)?.[1]
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
