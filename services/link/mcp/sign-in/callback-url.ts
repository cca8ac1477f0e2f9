const CALLBACK_PATH = '/api/mcp-servers/callback'
const ORIGIN_DEFAULT = 'http://127.0.0.1:8080'

/** Where the browser is to come back to: the origin that was asked for, else that of the request as the client saw it. Pure. */
export const callbackUrl = (headers: Headers, origin: string | undefined): string => {
  if (origin !== undefined) return `${origin}${CALLBACK_PATH}`
  const host = headers.get('x-forwarded-host')?.split(',')[0]?.trim()
  const scheme = headers.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https' ? 'https' : 'http'
  const seen = host === undefined ? undefined : URL.parse(`${scheme}://${host}`)
  return `${seen?.origin ?? ORIGIN_DEFAULT}${CALLBACK_PATH}`
}
