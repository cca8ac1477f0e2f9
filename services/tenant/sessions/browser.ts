import { clientAddressOf } from '#shared/http/client-address.ts'
import {
  cameByHttps,
  SECURE_SESSION_COOKIE,
  SESSION_COOKIE,
  sessionTokenOf,
  setCookie,
} from '#shared/http/session-cookie.ts'

/** What a request tells of the browser that sent it. */
export interface Browser {
  address: string
  userAgent: string
  /** Its cookies may be for HTTPS alone. */
  secure: boolean
  /** Of the session that it has, or says it has. */
  token: string | undefined
}

export interface BrowserSettings {
  /** Session cookies are for HTTPS alone, however the sign-in came. */
  alwaysSecure: boolean
  proxyHops: number
}

const USER_AGENT_LENGTH_MAX = 200

export const browserOf = (headers: Headers, settings: BrowserSettings): Browser => ({
  address: clientAddressOf(headers, settings.proxyHops),
  userAgent: (headers.get('user-agent') ?? '').slice(0, USER_AGENT_LENGTH_MAX),
  secure: settings.alwaysSecure || cameByHttps(headers),
  token: sessionTokenOf(headers),
})

/** The `Set-Cookie` line that gives a browser its session, or with an empty token takes it away. */
export const sessionCookie = (browser: Browser, token: string, maxAgeSeconds: number): string =>
  setCookie({
    name: browser.secure ? SECURE_SESSION_COOKIE : SESSION_COOKIE,
    value: token,
    secure: browser.secure,
    maxAgeSeconds: token === '' ? 0 : maxAgeSeconds,
  })
