import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js'
import { serveMcp } from './serve-mcp.ts'

/** What an authorization server knows about a token. */
interface Token {
  scope: string
  refreshToken: string
}

const TOOL: Tool = { name: 'secret', description: 'Tells a secret.', inputSchema: { type: 'object' } }
const json = (value: unknown, status = 200) => Response.json(value, { status })
const sha256 = (text: string) => new Bun.CryptoHasher('sha256').update(text).digest('base64url')

const challengeOf = (
  url: URL,
  { status, error, scope }: { status: number; error: string; scope: string },
): Response => {
  const metadata = `${url.origin}/.well-known/oauth-protected-resource/mcp`
  const challenge = `Bearer error="${error}", scope="${scope}", resource_metadata="${metadata}"`
  return new Response(null, { status, headers: { 'www-authenticate': challenge } })
}

/**
 * An MCP server that wants tokens, and the authorization server that gives them, for tests: metadata of both (RFC 9728, RFC 8414), dynamic registration, codes with PKCE,
 * refresh tokens of which each serves once, client credentials.
 * @param options.callScope what a token must allow besides for a call of a tool
 */
export const serveProtectedMcp = (
  options: { scope?: string; callScope?: string; call?: () => CallToolResult } = {},
) => {
  const scope = options.scope ?? 'tools:read'
  const clients = new Map<string, { redirectUris: string[] }>()
  const codes = new Map<string, { clientId: string; challenge: string; scope: string; redirectUri: string }>()
  const tokens = new Map<string, Token>()
  const refreshTokens = new Map<string, string>()
  const seen = { registrations: 0, refreshes: 0, reuses: 0, resources: new Set<string>() }
  const mcp = serveMcp({
    tools: [[TOOL]],
    call: options.call ?? (() => ({ content: [{ type: 'text', text: 'the secret' }] })),
  })

  const issue = (granted: string) => {
    const token = crypto.randomUUID()
    const refreshToken = crypto.randomUUID()
    tokens.set(token, { scope: granted, refreshToken })
    refreshTokens.set(refreshToken, granted)
    return json({
      access_token: token,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: refreshToken,
      scope: granted,
    })
  }

  const refresh = (refreshToken: string): Response => {
    seen.refreshes += 1
    const granted = refreshTokens.get(refreshToken)
    if (granted === undefined) {
      seen.reuses += 1
      return json({ error: 'invalid_grant' }, 400)
    }
    refreshTokens.delete(refreshToken)
    return issue(granted)
  }

  const redeem = (form: Record<string, string>): Response => {
    const code = codes.get(form.code ?? '')
    codes.delete(form.code ?? '')
    const fits = code?.challenge === sha256(form.code_verifier ?? '') && code.redirectUri === form.redirect_uri
    return code && fits ? issue(code.scope) : json({ error: 'invalid_grant' }, 400)
  }

  const exchange = (form: Record<string, string>, request: Request): Response => {
    if (form.resource) seen.resources.add(form.resource)
    if (form.grant_type === 'refresh_token') return refresh(form.refresh_token ?? '')
    if (form.grant_type !== 'client_credentials') return redeem(form)
    const isRobot = request.headers.get('authorization') === `Basic ${btoa('robot:robot-secret')}`
    return isRobot ? issue(form.scope ?? scope) : json({ error: 'invalid_client' }, 401)
  }

  const authorize = (url: URL): Response => {
    const query = url.searchParams
    const clientId = query.get('client_id') ?? ''
    const redirectUri = query.get('redirect_uri') ?? ''
    if (!clients.get(clientId)?.redirectUris.includes(redirectUri)) return json({ error: 'invalid_request' }, 400)
    const code = crypto.randomUUID()
    codes.set(code, {
      clientId,
      challenge: query.get('code_challenge') ?? '',
      scope: query.get('scope') ?? '',
      redirectUri,
    })
    const back = new URL(redirectUri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', query.get('state') ?? '')
    back.searchParams.set('iss', url.origin)
    return Response.redirect(back.href, 302)
  }

  const answerAuthorization = async (url: URL, request: Request): Promise<Response | undefined> => {
    switch (url.pathname) {
      case '/.well-known/oauth-protected-resource/mcp':
        return json({ resource: `${url.origin}/mcp`, authorization_servers: [url.origin], scopes_supported: [scope] })
      case '/.well-known/oauth-authorization-server':
        return json({
          issuer: url.origin,
          authorization_endpoint: `${url.origin}/authorize`,
          token_endpoint: `${url.origin}/token`,
          registration_endpoint: `${url.origin}/register`,
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
        })
      case '/register': {
        seen.registrations += 1
        const asked = (await request.json()) as { redirect_uris: string[] }
        const clientId = crypto.randomUUID()
        clients.set(clientId, { redirectUris: asked.redirect_uris })
        return json({ ...asked, client_id: clientId, token_endpoint_auth_method: 'none' }, 201)
      }
      case '/authorize':
        return authorize(url)
      case '/token':
        return exchange(Object.fromEntries(new URLSearchParams(await request.text())), request)
      default:
        return undefined
    }
  }

  const answerMcp = async (url: URL, request: Request): Promise<Response> => {
    const token = tokens.get((request.headers.get('authorization') ?? '').replace('Bearer ', ''))
    if (!token) return challengeOf(url, { status: 401, error: 'invalid_token', scope })
    const body = request.method === 'POST' ? await request.text() : null
    const { callScope } = options
    if (callScope && body?.includes('tools/call') && !token.scope.split(' ').includes(callScope))
      return challengeOf(url, { status: 403, error: 'insufficient_scope', scope: callScope })
    return fetch(`${mcp.url}${url.search}`, { method: request.method, headers: request.headers, body })
  }

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const url = new URL(request.url)
      return (await answerAuthorization(url, request)) ?? answerMcp(url, request)
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/mcp`,
    seen,
    /** Makes every token that was given invalid; what refreshes them stays. */
    revokeTokens: () => tokens.clear(),
    /** A person who allows everything at once: where the browser is sent. */
    async allow(authorizationUrl: string): Promise<URL> {
      const response = await fetch(authorizationUrl, { redirect: 'manual' })
      return new URL(response.headers.get('location') ?? `failed:${response.status}`)
    },
    async [Symbol.asyncDispose]() {
      await server.stop(true)
      await mcp[Symbol.asyncDispose]()
    },
  }
}
