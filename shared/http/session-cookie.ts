/** Of a sign-in over plain HTTP. */
export const SESSION_COOKIE = 'orrery-session'
/** Of one over HTTPS: browsers take it from this very host alone, and never from a page that came over plain HTTP. */
export const SECURE_SESSION_COOKIE = '__Host-orrery-session'

/**
 * The value of a cookie in a `Cookie` header, undefined when there is none. The first of several with one name counts, as browsers send the most
 * specific one first (RFC 6265, section 5.4).
 */
export const cookieOf = (header: string | null, name: string): string | undefined => {
  if (header === null) return undefined
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim() || undefined
  }
  return undefined
}

/** True when the browser reached us, or the proxy before us, by HTTPS. */
export const cameByHttps = (headers: Pick<Headers, 'get'>): boolean =>
  headers.get('x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase() === 'https'

/**
 * The session token of a request. By HTTPS only the cookie that cannot have been planted from a neighbouring host or over plain HTTP counts.
 */
export const sessionTokenOf = (headers: Pick<Headers, 'get'>): string | undefined => {
  const cookies = headers.get('cookie')
  if (cookies === null) return undefined
  return (
    cookieOf(cookies, SECURE_SESSION_COOKIE) ?? (cameByHttps(headers) ? undefined : cookieOf(cookies, SESSION_COOKIE))
  )
}

/** A `Set-Cookie` line. With `maxAgeSeconds` 0 the browser forgets the cookie. */
export const setCookie = (cookie: {
  name: string
  value: string
  secure: boolean
  maxAgeSeconds: number
  path?: string
}): string =>
  `${cookie.name}=${cookie.value}; Path=${cookie.path ?? '/'}; HttpOnly; SameSite=Lax; Max-Age=${cookie.maxAgeSeconds}${
    cookie.secure ? '; Secure' : ''
  }`
