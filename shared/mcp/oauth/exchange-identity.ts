import type { OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import { readBytesAtMost } from '#shared/outbound/read-bytes.ts'
import type { ServerFetch } from '../server-fetch.ts'
import type { CrossAppSettings } from './oauth-settings.ts'

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'
/** An assertion about a person, for another authorization server (SEP-990). */
const ID_JAG = 'urn:ietf:params:oauth:token-type:id-jag'
const ANSWER_BYTES_MAX = 64 * 1024

/** Has the identity provider vouch for the person towards the MCP server's authorization server (RFC 8693). Resolves with the assertion. */
export const exchangeIdentity = async (input: {
  settings: CrossAppSettings
  discovery: OAuthDiscoveryState | undefined
  scope: string | undefined
  send: ServerFetch
}): Promise<string> => {
  const { identityProvider } = input.settings
  const audience = input.discovery?.authorizationServerMetadata?.issuer
  const resource = input.discovery?.resourceMetadata?.resource
  if (audience === undefined || resource === undefined)
    throw new Error(
      'the server does not tell its authorization server and its resource, between which an identity is exchanged',
    )
  const response = await input.send(identityProvider.tokenEndpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: TOKEN_EXCHANGE,
      requested_token_type: ID_JAG,
      subject_token: identityProvider.idToken,
      subject_token_type: ID_TOKEN,
      audience,
      resource,
      client_id: identityProvider.clientId,
      ...(input.scope && { scope: input.scope }),
    }).toString(),
  })
  const text = new TextDecoder().decode(await readBytesAtMost(response, ANSWER_BYTES_MAX))
  if (!response.ok) throw new Error(`the identity provider answered ${response.status}`)
  const answer = JSON.parse(text) as { access_token?: unknown; issued_token_type?: unknown }
  if (typeof answer.access_token !== 'string' || answer.issued_token_type !== ID_JAG)
    throw new Error('the identity provider answered without an assertion')
  return answer.access_token
}
