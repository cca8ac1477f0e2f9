import type { BodyFraming } from '#shared/http1/message-framing.ts'
import type { StreamedBody } from './wire/upstream-connection.ts'

/** A body that goes to a worker, and to another one when the first fails early: a client's, or one of our own. */
export interface ForwardBody extends StreamedBody {
  readonly framing: BodyFraming
  /** True while every byte is still here. */
  readonly replayable: boolean
  /** All of it, if it is all there. */
  whole(): Uint8Array | undefined
  readonly ended: boolean
  /** Why the client's part of it will not come. */
  readonly failure: Error | undefined
}

/** The body of a request that the gateway makes itself. */
export const ownBody = (bytes?: Uint8Array): ForwardBody => ({
  framing: bytes ? { kind: 'sized', bytes: bytes.length } : { kind: 'none' },
  replayable: true,
  ended: true,
  failure: undefined,
  whole: () => bytes,
  start: () => undefined,
  resume: () => undefined,
  abandon: () => undefined,
})

/** The header lines that frame the body, in the form in which it goes out; `whole` is what the body's `whole` gave. */
export const framingLines = ({ framing, ended }: ForwardBody, whole: Uint8Array | undefined): string => {
  if (framing.kind === 'none') return ''
  if (ended) return `content-length: ${whole?.length ?? 0}\r\n`
  return framing.kind === 'sized' ? `content-length: ${framing.bytes}\r\n` : 'transfer-encoding: chunked\r\n'
}
