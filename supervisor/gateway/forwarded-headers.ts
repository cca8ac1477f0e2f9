import { APP_HEADER, CALLER_HEADER, type Caller } from '#shared/http/caller.ts'
import { SERVICE_HEADER } from '#shared/lifecycle/hosted-service.ts'

export const REQUEST_ID_HEADER = 'x-request-id'

/** They speak about one connection only (RFC 9110, section 7.6.1); Connection itself may name more. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Removes what concerns the connection that a message came by. */
export const stripHopByHop = (headers: Headers): void => {
  const named = headers.get('connection')
  if (named) for (const name of named.split(',')) deleteNamed(headers, name.trim())
  for (const name of HOP_BY_HOP) headers.delete(name)
}

export interface ForwardFacts {
  service: string
  caller: Caller
  requestId: string
  clientAddress: string | undefined
  /** False on the gateway's own socket: services that call each other keep their Authorization. */
  stripCredentials: boolean
}

/** The client's headers as a worker shall see them: who calls is what the gateway found, never what the client claims. */
export const toWorkerHeaders = (received: Headers, facts: ForwardFacts): Headers => {
  const headers = new Headers(received)
  stripHopByHop(headers)
  headers.delete('content-length') // fetch counts the body itself
  headers.delete('expect') // the listener has answered it
  if (facts.stripCredentials) headers.delete('authorization')
  headers.set(SERVICE_HEADER, facts.service)
  headers.set(CALLER_HEADER, facts.caller.role)
  if (facts.caller.appId) headers.set(APP_HEADER, facts.caller.appId)
  else headers.delete(APP_HEADER)
  headers.set(REQUEST_ID_HEADER, facts.requestId)
  if (facts.clientAddress) {
    const before = headers.get('x-forwarded-for')
    headers.set('x-forwarded-for', before ? `${before}, ${facts.clientAddress}` : facts.clientAddress)
    if (!headers.has('x-forwarded-proto')) headers.set('x-forwarded-proto', 'http')
    const host = headers.get('host')
    if (host && !headers.has('x-forwarded-host')) headers.set('x-forwarded-host', host)
  }
  return headers
}

/** Of a request's headers those that its continuation on another worker needs: who asks whom for what, no more. */
export const resumeHeaders = (sent: Headers): Headers => {
  const headers = new Headers()
  for (const name of [SERVICE_HEADER, CALLER_HEADER, APP_HEADER, REQUEST_ID_HEADER]) {
    const value = sent.get(name)
    if (value) headers.set(name, value)
  }
  return headers
}

const SANE_REQUEST_ID = /^[\w.:-]{1,128}$/

/** The caller's request id when it is harmless in logs and headers, else a new one. */
export const requestIdOf = (headers: Headers): string => {
  const given = headers.get(REQUEST_ID_HEADER)
  return given && SANE_REQUEST_ID.test(given) ? given : Bun.randomUUIDv7()
}

/** Completes a worker's response headers for the client. */
export const completeResponseHeaders = (headers: Headers, requestId: string): void => {
  headers.set(REQUEST_ID_HEADER, requestId)
  setIfAbsent(headers, 'x-content-type-options', 'nosniff')
  setIfAbsent(headers, 'referrer-policy', 'no-referrer')
  if (headers.get('content-type')?.startsWith('text/html')) setIfAbsent(headers, 'x-frame-options', 'SAMEORIGIN')
}

const setIfAbsent = (headers: Headers, name: string, value: string): void => {
  if (!headers.has(name)) headers.set(name, value)
}

/** A Connection header may name anything, also what is no header name at all. */
const deleteNamed = (headers: Headers, name: string): void => {
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) headers.delete(name)
}
