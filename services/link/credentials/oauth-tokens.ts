import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { AppError } from '#shared/errors/app-error.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { readBytesAtMost } from '#shared/outbound/read-bytes.ts'
import { TokenRefusedError } from '../errors.ts'
import { encodeText } from '../requests/serialise-value.ts'
import type { Secret } from './secret.ts'

/** A token is asked for again this long before it ends, so that none ends on its way. */
const SLACK_MS = 30_000
/** Told by no server: RFC 6749, section 5.1, leaves it open. */
const LIFETIME_MS_STANDARD = 300_000
const ANSWER_BYTES_MAX = 65_536
const ASK_MS_MAX = 30_000
const TOKENS_MAX = 1_000

const Answer = Type.Object({ access_token: Type.String({ minLength: 1 }), expires_in: Type.Optional(Type.Unknown()) })

export interface TokenRequest {
  /** Of the credential as it is now: changed values get a token of their own. */
  readonly key: string
  readonly tokenUrl: string
  readonly secret: Extract<Secret, { kind: 'oauth2' }>
  readonly scopes: readonly string[]
}

/** Access tokens by client credentials (RFC 6749, section 4.4), kept until shortly before they end; calls at once share one request. */
export interface OauthTokens {
  /** @throws TokenRefusedError, OUTBOUND_… */
  get(request: TokenRequest): Promise<string>
  /** A server refused the token although it had not ended: the next `get` asks anew. */
  forget(request: TokenRequest): void
}

export const createOauthTokens = (outbound: OutboundGuard, now: () => number = Date.now): OauthTokens => {
  const tokens = new Map<string, { token: Promise<string>; endsMs: number }>()
  const keyOf = ({ key, tokenUrl, scopes }: TokenRequest) => JSON.stringify([key, tokenUrl, scopes])

  return {
    get(request) {
      const key = keyOf(request)
      const known = tokens.get(key)
      if (known && known.endsMs > now()) return known.token
      const asked = askForToken(outbound, request)
      const entry = { token: asked.then(({ token }) => token), endsMs: now() + ASK_MS_MAX + SLACK_MS }
      tokens.set(key, entry)
      asked.then(
        ({ lifetimeMs }) => {
          entry.endsMs = now() + lifetimeMs - SLACK_MS
        },
        () => {
          if (tokens.get(key) === entry) tokens.delete(key)
        },
      )
      const [oldest] = tokens.keys()
      if (tokens.size > TOKENS_MAX && oldest !== undefined) tokens.delete(oldest)
      return entry.token
    },
    forget: (request) => void tokens.delete(keyOf(request)),
  }
}

const askForToken = async (
  outbound: OutboundGuard,
  { tokenUrl, secret, scopes }: TokenRequest,
): Promise<{ token: string; lifetimeMs: number }> => {
  const host = URL.parse(tokenUrl)?.host ?? tokenUrl
  const { clientId, clientSecret, clientAuthentication = 'basic' } = secret
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (scopes.length > 0) form.set('scope', scopes.join(' '))
  const headers = new Headers({ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' })
  if (clientAuthentication === 'body') {
    form.set('client_id', clientId)
    form.set('client_secret', clientSecret)
  } else {
    const pair = `${encodeText(clientId)}:${encodeText(clientSecret)}`
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`)
  }
  try {
    const response = await outbound.fetch(tokenUrl, {
      method: 'POST',
      headers,
      body: form.toString(),
      redirect: 'manual', // a secret follows nobody
      signal: AbortSignal.timeout(ASK_MS_MAX),
    })
    const body = parse(Buffer.from(await readBytesAtMost(response, ANSWER_BYTES_MAX)).toString('utf8'))
    if (!response.ok || !Value.Check(Answer, body)) throw new TokenRefusedError(host, reasonOf(response.status, body))
    return { token: body.access_token, lifetimeMs: lifetimeOf(body) }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new TokenRefusedError(host, error instanceof Error ? error.message : String(error))
  }
}

const lifetimeOf = ({ expires_in: seconds }: Static<typeof Answer>): number => {
  const given = Number(seconds)
  return Number.isFinite(given) && given > 0 ? given * 1_000 : LIFETIME_MS_STANDARD
}

const reasonOf = (status: number, body: unknown): string => {
  const { error } = (body ?? {}) as { error?: unknown }
  return typeof error === 'string' ? `${status} ${error.slice(0, 200)}` : `it answered ${status} without one`
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
