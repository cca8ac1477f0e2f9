const TRACE_ID = /^[0-9a-f]{2}-([0-9a-f]{32})-/

/**
 * The id to quote for a request that came through the gateway: the trace id of its `traceparent` (W3C Trace Context), which the gateway's
 * access log has, too. Of a request that has none, the id in `x-request-id`; empty when there is neither.
 */
export const traceIdOf = (headers: Pick<Headers, 'get'>): string =>
  TRACE_ID.exec(headers.get('traceparent') ?? '')?.[1] ?? headers.get('x-request-id') ?? ''
