import type { Place } from '../openapi/operation.ts'

/** What a call gives: values by place and name, and the body. */
export interface CallValues extends Readonly<Record<Place, Readonly<Record<string, unknown>>>> {
  /** Undefined when there is none. */
  readonly body: unknown
  /** Which of the operation's media types the body is to have; the best of them when left out. */
  readonly contentType: string | undefined
}

/** A request as it will be sent, once credentials are added. */
export interface ToolRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  body: string | Uint8Array<ArrayBuffer> | undefined
  /** What the caller shows in the TLS handshake, and whom it believes there; for this origin alone. */
  tls?: { readonly cert: string; readonly key: string; readonly ca?: string }
}
