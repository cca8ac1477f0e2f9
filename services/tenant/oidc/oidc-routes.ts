import { Elysia, t } from 'elysia'
import { noteForAudit } from '#shared/audit/audit-note.ts'
import { cameByHttps } from '#shared/http/session-cookie.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { Token } from '../invitations/invitation-schemas.ts'
import { OidcExpiredError, OidcOffError } from '../people-errors.ts'
import { browserOf } from '../sessions/browser.ts'
import { startSession } from '../sessions/start-session.ts'
import { toUser, User } from '../users/user-schemas.ts'
import { PENDING_MS_MAX, type PendingSignIn, pendingCookie, readPending } from './oidc-cookie.ts'
import type { OidcProvider } from './oidc-provider.ts'
import { signInByIdentity } from './sign-in-by-identity.ts'

/** The page to which the provider sends the browser back; its script tells us the answer. To be registered at the provider. */
const RETURN_PAGE = '/sign-in'

/** `/api/sign-in/oidc`: signing in by the identity provider of the settings. */
export const oidcRoutes = (dependencies: TenantDependencies) => {
  const { secrets, browserSettings } = dependencies
  const provider = (): OidcProvider => {
    if (!dependencies.oidc) throw new OidcOffError()
    return dependencies.oidc
  }
  const finish = (answer: URL, pending: PendingSignIn) =>
    provider()
      .finish(answer, pending)
      .catch((error: unknown) => {
        // The reason, and nothing that the provider sent: that may hold tokens.
        const { cause } = error as { cause?: unknown }
        dependencies.logger.warn(
          { reason: cause instanceof Error ? cause.message : '' },
          'a sign-in by the identity provider failed',
        )
        throw error
      })
  return new Elysia({ prefix: '/api/sign-in/oidc', tags: ['sign-in'] })
    .post(
      '',
      async ({ body, request, set }) => {
        const redirectUri = `${originOf(request.headers)}${RETURN_PAGE}`
        const begun = await provider().begin(redirectUri)
        const { secure } = browserOf(request.headers, browserSettings)
        set.headers['set-cookie'] = pendingCookie(secrets, secure, {
          kind: 'oidc',
          ...begun.secrets,
          redirectUri,
          ...(body.invitation === undefined ? {} : { invitation: body.invitation }),
          untilMs: Date.now() + PENDING_MS_MAX,
        })
        return { url: begun.url }
      },
      {
        body: t.Object({ invitation: t.Optional(Token) }),
        response: { 200: t.Object({ url: t.String({ examples: ['https://id.example.org/authorize?…'] }) }) },
        detail: { summary: 'Where to go to sign in by the identity provider' },
      },
    )
    .post(
      '/callback',
      async ({ body, request, set }) => {
        const browser = browserOf(request.headers, browserSettings)
        const pending = readPending(secrets, browser.secure, request.headers.get('cookie'))
        if (!pending) throw new OidcExpiredError()
        const over = pendingCookie(secrets, browser.secure)
        set.headers['set-cookie'] = over // whatever comes of it: it works once
        const identity = await finish(new URL(`${pending.redirectUri}?${body.query}`), pending)
        noteForAudit(request, { actorId: identity.email })
        const { invitation } = pending
        const user = await signInByIdentity(dependencies, provider(), { identity, invitation })
        noteForAudit(request, { actor: 'user', actorId: user.id })
        // Elysia takes several lines of one name as a list, which its type does not say.
        set.headers['set-cookie'] = [over, await startSession(dependencies, user, browser)] as unknown as string
        return toUser(user)
      },
      {
        body: t.Object({
          query: t.String({
            maxLength: 8_192,
            description: 'The query with which the provider sent the browser back.',
          }),
        }),
        response: { 200: User },
        detail: { summary: 'Sign in by the answer of the identity provider' },
      },
    )
}

/** The address of this server as the browser sees it. A wrong one is refused by the provider, which knows ours. */
const originOf = (headers: Headers): string =>
  `${cameByHttps(headers) ? 'https' : 'http'}://${headers.get('x-forwarded-host') ?? headers.get('host') ?? 'localhost'}`
