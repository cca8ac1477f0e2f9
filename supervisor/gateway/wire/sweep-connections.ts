import { refusal } from '#shared/http1/http-refusal.ts'
import type { ClientConnection } from './client-connection.ts'
import { BODY_WINDOW, HEAD_MS_MAX, KEEP_ALIVE_MS_MAX, LINGER_MS_MAX, READER_STALL_MS_MAX } from './http-limits.ts'

/** As much of a connection as decides whether its client is too slow. */
export type WatchedConnection = Pick<
  ClientConnection,
  'place' | 'isIdle' | 'isPaused' | 'sinceMs' | 'body' | 'bodyBytesBefore' | 'blockedSinceMs' | 'refuseSlow' | 'cut'
>

/**
 * Ends connections whose clients take longer than they may: with a head or a body that drips ("slowloris"), with reading an answer, with a
 * further request. To be called about once a second with every connection; each costs a few comparisons.
 */
export const sweepConnection = (connection: WatchedConnection, nowMs: number): void => {
  if (connection.blockedSinceMs > 0 && nowMs - connection.blockedSinceMs > READER_STALL_MS_MAX) {
    connection.cut('stalled')
    return
  }
  const waitedMs = nowMs - connection.sinceMs
  if (connection.place === 'lingering') {
    if (connection.blockedSinceMs === 0 && waitedMs > LINGER_MS_MAX) connection.cut()
  } else if (connection.place === 'head') {
    if (connection.isIdle) {
      if (waitedMs > KEEP_ALIVE_MS_MAX) connection.cut()
    } else if (waitedMs > HEAD_MS_MAX) connection.refuseSlow(refusal(408, 'The head of the request came too slowly.'))
  } else if (connection.place === 'exchange') sweepBody(connection, nowMs)
}

const sweepBody = (connection: WatchedConnection, nowMs: number): void => {
  const { body } = connection
  if (!body || body.ended || nowMs - connection.sinceMs <= BODY_WINDOW.ms) return
  if (!connection.isPaused && body.bytes - connection.bodyBytesBefore < BODY_WINDOW.bytesMin) {
    connection.refuseSlow(refusal(408, 'The body of the request came too slowly.'))
    return
  }
  connection.sinceMs = nowMs
  connection.bodyBytesBefore = body.bytes
}
