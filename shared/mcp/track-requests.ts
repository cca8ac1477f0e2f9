import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { ErrorCode, type JSONRPCMessage, type RequestId } from '@modelcontextprotocol/sdk/types.js'

/** A transport that knows which requests have no answer yet, so that they can fail at once when no answer can come any more. */
export interface TrackedTransport extends Transport {
  /** The version that both sides agreed on; undefined before the handshake. */
  readonly protocolVersion: string | undefined
  /** Fails a request if it is still open. */
  fail(id: RequestId, reason: string): void
  failAll(reason: string): void
}

/** @param closeReason why the transport closed by itself, for what was open then */
export const trackRequests = (inner: Transport, closeReason: () => string): TrackedTransport => {
  const open = new Set<RequestId>()
  let protocolVersion: string | undefined

  const fail = (id: RequestId, reason: string): void => {
    if (!open.delete(id)) return
    tracked.onmessage?.({ jsonrpc: '2.0', id, error: { code: ErrorCode.ConnectionClosed, message: reason } })
  }
  const noteAnswer = (message: JSONRPCMessage): void => {
    if (!('method' in message) && 'id' in message && message.id !== undefined) open.delete(message.id)
  }

  const tracked: TrackedTransport = {
    get sessionId() {
      return inner.sessionId
    },
    get protocolVersion() {
      return protocolVersion
    },
    setProtocolVersion(version) {
      protocolVersion = version
      inner.setProtocolVersion?.(version)
    },
    async start() {
      inner.onmessage = (message, extra) => {
        noteAnswer(message)
        tracked.onmessage?.(message, extra)
      }
      inner.onerror = (error) => tracked.onerror?.(error)
      inner.onclose = () => {
        tracked.failAll(closeReason())
        tracked.onclose?.()
      }
      await inner.start()
    },
    async send(message, options) {
      if ('method' in message && 'id' in message) open.add(message.id)
      await inner.send(message, options)
    },
    close: () => inner.close(),
    fail,
    failAll(reason) {
      for (const id of [...open]) fail(id, reason)
    },
  }
  return tracked
}
