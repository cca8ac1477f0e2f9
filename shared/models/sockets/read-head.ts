import { FramingError } from './decode-body.ts'

export interface AnswerHead {
  status: number
  headers: Headers
  /** Where the body begins. */
  bodyAt: number
}

const HEAD_BYTES_MAX = 65_536
const HEAD_END = '\r\n\r\n'

/** The head of an HTTP/1.1 answer (RFC 9112, 4 and 5), without those of 1xx before it; undefined while it is not whole. Throws FramingError. */
export const readAnswerHead = (bytes: Buffer): AnswerHead | undefined => {
  for (let from = 0; ; ) {
    const end = bytes.indexOf(HEAD_END, from)
    if (end < 0) {
      if (bytes.byteLength - from > HEAD_BYTES_MAX) throw new FramingError('the head is too long')
      return undefined
    }
    const [first = '', ...lines] = bytes.toString('latin1', from, end).split('\r\n')
    const status = Number(/^HTTP\/1\.[01] (\d{3})( |$)/.exec(first)?.[1])
    if (Number.isNaN(status)) throw new FramingError('no HTTP/1.1 answer')
    from = end + HEAD_END.length
    if (status >= 200) return { status, headers: toHeaders(lines), bodyAt: from }
  }
}

const toHeaders = (lines: readonly string[]): Headers => {
  const headers = new Headers()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0 || /\s/.test(line.slice(0, colon))) throw new FramingError('a header is no header')
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  return headers
}
