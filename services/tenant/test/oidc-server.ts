import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export const CLIENT_ID = 'orrery'
export const CLIENT_SECRET = 'client secret'

export interface OidcPerson {
  sub: string
  email?: string
  email_verified?: boolean
  name?: string
}

/** A small OpenID provider over HTTP: whoever comes is `person`. What a liar would say in the ID token goes into `lies`. */
export const startOidcServer = async (person: OidcPerson) => {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const { privateKey: foreignKey } = await generateKeyPair('RS256')
  const grants = new Map<string, { nonce: string; challenge: string; redirectUri: string }>()
  const state = {
    person,
    lies: {} as Record<string, unknown>,
    signsWithForeignKey: false,
  }

  const authorize = (url: URL): Response => {
    const asked = (name: string) => url.searchParams.get(name) ?? ''
    if (asked('client_id') !== CLIENT_ID || asked('code_challenge_method') !== 'S256')
      return new Response('', { status: 400 })
    const code = Bun.randomUUIDv7()
    grants.set(code, { nonce: asked('nonce'), challenge: asked('code_challenge'), redirectUri: asked('redirect_uri') })
    const back = new URL(asked('redirect_uri'))
    back.search = new URLSearchParams({ code, state: asked('state'), iss: issuer() }).toString()
    return Response.redirect(back.href, 302)
  }

  const token = async (request: Request): Promise<Response> => {
    const form = new URLSearchParams(await request.text())
    const grant = grants.get(form.get('code') ?? '')
    grants.delete(form.get('code') ?? '') // a code works once
    const verifier = new Bun.CryptoHasher('sha256').update(form.get('code_verifier') ?? '').digest('base64url')
    const isRight =
      grant?.challenge === verifier && grant.redirectUri === form.get('redirect_uri') && isClient(request, form)
    if (!isRight) return Response.json({ error: 'invalid_grant' }, { status: 400 })
    const { sub, ...more } = state.person
    const idToken = await new SignJWT({ ...more, nonce: grant.nonce, ...state.lies })
      .setProtectedHeader({ alg: 'RS256', kid: 'key' })
      .setIssuer(issuer())
      .setSubject(sub)
      .setAudience(String(state.lies.aud ?? CLIENT_ID))
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(state.signsWithForeignKey ? foreignKey : privateKey)
    return Response.json({ access_token: 'access', token_type: 'Bearer', expires_in: 300, id_token: idToken })
  }

  const server: Bun.Server<undefined> = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request): Promise<Response> {
      const url = new URL(request.url)
      if (url.pathname === '/.well-known/openid-configuration') return Response.json(metadata())
      if (url.pathname === '/jwks') {
        return Response.json({ keys: [{ ...(await exportJWK(publicKey)), kid: 'key', alg: 'RS256', use: 'sig' }] })
      }
      if (url.pathname === '/authorize') return authorize(url)
      if (url.pathname === '/token') return token(request)
      if (url.pathname === '/userinfo') return Response.json(state.person)
      return new Response('', { status: 404 })
    },
  })
  const issuer = (): string => `http://127.0.0.1:${server.port}`
  const metadata = () => ({
    issuer: issuer(),
    authorization_endpoint: `${issuer()}/authorize`,
    token_endpoint: `${issuer()}/token`,
    jwks_uri: `${issuer()}/jwks`,
    userinfo_endpoint: `${issuer()}/userinfo`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    authorization_response_iss_parameter_supported: true,
  })
  return { ...state, state, issuer: issuer(), [Symbol.asyncDispose]: () => server.stop(true) }
}

const isClient = (request: Request, form: URLSearchParams): boolean => {
  const basic = `Basic ${btoa(`${CLIENT_ID}:${encodeURIComponent(CLIENT_SECRET).replaceAll('%20', '+')}`)}`
  return form.get('client_secret') === CLIENT_SECRET || request.headers.get('authorization') === basic
}
