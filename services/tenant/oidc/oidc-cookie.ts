import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { cookieOf, setCookie } from '#shared/http/session-cookie.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'

/** A sign-in that is under way at the provider. */
const PendingSignIn = Type.Object({
  kind: Type.Literal('oidc'),
  state: Type.String(),
  nonce: Type.String(),
  codeVerifier: Type.String(),
  redirectUri: Type.String(),
  /** The token of one that is to be accepted with it. */
  invitation: Type.Optional(Type.String()),
  /** Unix milliseconds. */
  untilMs: Type.Number(),
})
export type PendingSignIn = Static<typeof PendingSignIn>

/** Long enough for a password, a second factor and a search for the telephone. */
export const PENDING_MS_MAX = 15 * 60_000

const nameOf = (secure: boolean): string => (secure ? '__Host-orrery-oidc' : 'orrery-oidc')

/** The `Set-Cookie` line with a sign-in that began; without one, that it is over. Sealed: the browser carries it and cannot read or make it. */
export const pendingCookie = (secrets: SecretBox, secure: boolean, pending?: PendingSignIn): string =>
  setCookie({
    name: nameOf(secure),
    value: pending ? secrets.encrypt(JSON.stringify(pending)) : '',
    secure,
    maxAgeSeconds: pending ? PENDING_MS_MAX / 1_000 : 0,
  })

/** The sign-in that this browser began; undefined when there is none, or it is too long ago. */
export const readPending = (secrets: SecretBox, secure: boolean, cookies: string | null): PendingSignIn | undefined => {
  const sealed = cookieOf(cookies, nameOf(secure))
  if (sealed === undefined) return undefined
  try {
    const pending: unknown = JSON.parse(secrets.decrypt(sealed))
    return Value.Check(PendingSignIn, pending) && pending.untilMs > Date.now() ? pending : undefined
  } catch {
    return undefined // made by nobody here
  }
}
