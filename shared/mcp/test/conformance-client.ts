/** The client that `@modelcontextprotocol/conformance` starts for each of its client scenarios: `conformance-client.ts <server url>`. */
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { McpHandlers, McpSession } from '../mcp-session.ts'
import { nameTarget } from '../mcp-target.ts'
import { authorizeRequests } from '../oauth/authorize-requests.ts'
import type { OAuthSettings } from '../oauth/oauth-settings.ts'
import { createMemoryStore } from '../oauth/oauth-store.ts'
import { openSession } from '../open-session.ts'

/** The address that the suite expects where a client can be named by a document about it. */
const CLIENT_METADATA_URL = 'https://conformance-test.local/client-metadata.json'
const REDIRECT_URL = 'http://localhost:3000/callback'

const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? ''
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}') as Record<string, string>
const serverUrl = process.argv.at(-1) ?? ''

const settings = (): OAuthSettings => {
  const { client_id: clientId = '', client_secret: clientSecret = '', private_key_pem: privateKey = '' } = context
  switch (scenario) {
    case 'auth/client-credentials-basic':
      return { grant: 'client_credentials', clientId, clientSecret }
    case 'auth/client-credentials-jwt':
      return { grant: 'client_credentials', clientId, privateKey, algorithm: context.signing_algorithm ?? 'ES256' }
    case 'auth/cross-app-access-complete-flow': {
      const {
        idp_token_endpoint: tokenEndpoint = '',
        idp_client_id: idpClientId = '',
        idp_id_token: idToken = '',
      } = context
      return {
        grant: 'cross_app',
        clientId,
        clientSecret,
        identityProvider: { tokenEndpoint, clientId: idpClientId, idToken },
      }
    }
    default:
      return {
        grant: 'authorization_code',
        redirectUrl: REDIRECT_URL,
        clientMetadataUrl: CLIENT_METADATA_URL,
        ...(clientId && { clientId, clientSecret }),
      }
  }
}

/** A person who signs in at once: the server sends the browser back with the code. */
const signIn = async (url: URL): Promise<string> => {
  const response = await fetch(url, { redirect: 'manual' })
  const code = URL.parse(response.headers.get('location') ?? '')?.searchParams.get('code')
  if (!code) throw new Error(`no code in the answer ${response.status}`)
  return code
}

const handlers: McpHandlers = { elicit: async () => ({ action: 'accept', content: {} }) }
const limits = { timeoutMs: 20_000, signal: new AbortController().signal }
const target = { transport: 'auto', url: serverUrl, headers: {} } as const

const open = (): Promise<McpSession> =>
  openSession({
    target,
    outbound: createOutboundGuard({ allow: '127.0.0.0/8,::1/128,localhost' }),
    limits,
    handlers,
    authorize: (send) =>
      authorizeRequests({
        name: nameTarget(target),
        serverUrl,
        settings: settings(),
        store: createMemoryStore(),
        send,
        signIn,
      }),
  })

const session = await open()
const tools = await session.listTools(limits)
for (const tool of tools) {
  const values = tool.name === 'add_numbers' ? { a: 5, b: 3 } : {}
  await session.callTool({ name: tool.name, arguments: values }, limits)
}
await session.close()
process.exit(0)
