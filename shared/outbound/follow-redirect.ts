const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** What must not travel to another origin (WHATWG Fetch, HTTP-redirect fetch, step 13, and what else carries credentials). */
const CREDENTIAL_HEADERS = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-auth-token',
]
const BODY_HEADERS = ['content-type', 'content-length', 'content-encoding', 'content-language']

export interface OutboundRequest {
  url: string
  init: BunFetchRequestInit
}

/** Where a response sends the request on to, or undefined when it is the answer (WHATWG Fetch, HTTP-redirect fetch). Pure. */
export const nextRequest = (request: OutboundRequest, response: Response): OutboundRequest | undefined => {
  const location = response.headers.get('location')
  if (!REDIRECTS.has(response.status) || location === null) return undefined
  const url = URL.parse(location, request.url)
  // Left as it is written, for the guard to refuse by name.
  if (!url) return { url: location, init: request.init }
  const headers = new Headers(request.init.headers)
  const init: BunFetchRequestInit = { ...request.init }
  if (url.origin !== new URL(request.url).origin) {
    for (const name of CREDENTIAL_HEADERS) headers.delete(name)
    // A client certificate, and whom to believe beside it, are for the origin that they were given for.
    delete init.tls
  }

  const method = (request.init.method ?? 'GET').toUpperCase()
  const becomesGet = (response.status === 303 && method !== 'HEAD') || (response.status <= 302 && method === 'POST')
  if (!becomesGet) return { url: url.href, init: { ...init, headers } }
  for (const name of BODY_HEADERS) headers.delete(name)
  return { url: url.href, init: { ...init, headers, method: 'GET', body: null } }
}
