/** The header that names a call, so that who gets it twice does its work once (draft-ietf-httpapi-idempotency-key-header). */
export const IDEMPOTENCY_HEADER = 'idempotency-key'

/** A key as a header may carry it: node ids hold any character, headers only visible ASCII. */
export const toIdempotencyHeader = (key: string): string => encodeURI(key.toWellFormed())
