import { type BodyFraming, responseFraming } from '#shared/http1/message-framing.ts'
import { HEAD_BYTES_MAX } from '#shared/http1/message-limits.ts'
import { parseResponseHead } from '#shared/http1/parse-response-head.ts'

export interface AnswerHead {
  status: number
  headers: Headers
  framing: BodyFraming
  /** Where the body begins. */
  bodyAt: number
}

/** Bytes that are no HTTP/1.1 answer. */
export class AnswerHeadError extends Error {}

const HEAD_END = '\r\n\r\n'

/** The head of an answer to anything but HEAD, without those of 1xx before it; undefined while it is not whole. Throws AnswerHeadError. */
export const readAnswerHead = (bytes: Buffer): AnswerHead | undefined => {
  for (let from = 0; ; ) {
    const end = bytes.indexOf(HEAD_END, from)
    if (end < 0) {
      if (bytes.byteLength - from > HEAD_BYTES_MAX) throw new AnswerHeadError('The head is too long.')
      return undefined
    }
    const head = parseResponseHead(bytes.toString('latin1', from, end))
    if (!head) throw new AnswerHeadError('This is no head of HTTP/1.1.')
    from = end + HEAD_END.length
    if (head.status < 200) continue
    const { status, headers } = head
    // Nothing is passed on here that another program could read otherwise: chunks count, as RFC 9112, section 6.3 says.
    if (headers.has('transfer-encoding')) headers.delete('content-length')
    const framing = responseFraming(headers, { status, method: 'POST' })
    if (!framing) throw new AnswerHeadError('The end of the body cannot be told.')
    return { status, headers: new Headers([...headers]), framing, bodyAt: from }
  }
}
