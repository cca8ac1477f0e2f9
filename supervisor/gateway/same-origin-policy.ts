/** What a browser says about where a request comes from. */
export interface RequestOrigin {
  method: string
  headers: { get(name: string): string | null }
}

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request may use the browser's session: it was made by a page of ours. What changes something has to say so (`Sec-Fetch-Site`, or `Origin` of
 * older browsers), so that a client which says nothing cannot; what reads may come from the address bar too. Browsers set both fields
 * themselves, no page can. Pure.
 */
export const mayUseSession = (request: RequestOrigin): boolean => {
  const origin = originOf(request)
  if (origin === 'ours') return true
  return SAFE.has(request.method) && origin !== 'foreign'
}

/** Whether a request may have come from a page of somebody else: without credentials, only that is refused where one signs in. */
export const isForeignChange = (request: RequestOrigin): boolean =>
  !SAFE.has(request.method) && originOf(request) === 'foreign'

/** `unsaid` is a program, a person at the address bar, or a browser without these fields. */
const originOf = ({ headers }: RequestOrigin): 'ours' | 'foreign' | 'unsaid' => {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'none') return site === 'same-origin' ? 'ours' : 'foreign'
  const origin = headers.get('origin')
  if (origin === null) return 'unsaid'
  return hostsOf(headers).includes(hostOf(origin)) ? 'ours' : 'foreign'
}

/** The host and port that the page's address has, as we or the proxy before us got it. */
const hostsOf = (headers: RequestOrigin['headers']): string[] =>
  [headers.get('host'), headers.get('x-forwarded-host')].flatMap((host) => (host === null ? [] : [host.toLowerCase()]))

/** `null` and what is no origin have none. */
const hostOf = (origin: string): string => /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1] ?? ''
