import { Elysia, t } from 'elysia'
import { nameTarget } from '#shared/mcp/mcp-target.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { ownerOf } from '../../tools/tool-access.ts'
import { McpSignInRefusedError } from '../errors.ts'
import type { McpDependencies } from '../mcp-dependencies.ts'
import { requireServer } from '../servers/server-access.ts'
import { WithServerId } from '../servers/server-schemas.ts'
import { callbackUrl } from './callback-url.ts'
import { finishServerSignIn } from './finish-server-sign-in.ts'
import { startServerSignIn } from './start-server-sign-in.ts'

const PARAMETER_CHARACTERS_MAX = 8_192

const Authorize = t.Object(
  {
    origin: t.Optional(
      t.String({
        description: 'Where a browser reaches this installation, when that is not where this request came in.',
        pattern: '^https?://[^/?#@]+$',
        examples: ['https://orrery.example.com'],
      }),
    ),
  },
  { additionalProperties: false, examples: [{}] },
)

const Parameter = t.Optional(t.String({ maxLength: PARAMETER_CHARACTERS_MAX }))
const CallbackQuery = t.Object({
  state: t.Optional(t.String({ maxLength: PARAMETER_CHARACTERS_MAX, examples: ['0f3c'] })),
  code: Parameter,
  iss: Parameter,
  error: Parameter,
  error_description: Parameter,
})

export interface SignInRoutesDependencies {
  mcp: McpDependencies
  secrets: SecretBox
  outbound: OutboundGuard
}

/** A person signs in to an MCP server with a browser. The callback asks for no credentials: its state is the proof. */
export const signInRoutes = (dependencies: SignInRoutesDependencies) =>
  new Elysia({ prefix: '/api/mcp-servers', tags: ['tools'] })
    .get(
      '/callback',
      async ({ query }) => {
        if (query.state === undefined) return toPage('Browsers come back here after a sign-in to an MCP server.')
        const refusal = query.error_description ?? query.error
        const server = await finishServerSignIn(dependencies, {
          state: query.state,
          code: refusal === undefined ? query.code : undefined,
          issuer: query.iss,
        })
        if (!server) throw new McpSignInRefusedError(refusal ?? 'no code came back')
        return toPage(`Signed in to ${nameTarget(server)}. This window may be closed.`)
      },
      {
        query: CallbackQuery,
        response: { 200: t.Any() },
        detail: { summary: 'Where the browser comes back to after a sign-in', security: [] },
      },
    )
    .post(
      '/:serverId/authorize',
      async ({ params, body, request }) => {
        const { row, access } = await requireServer(dependencies.mcp.servers, request, params.serverId)
        const redirectUrl = callbackUrl(request.headers, body?.origin)
        return startServerSignIn(dependencies, { server: row, ownerAppId: ownerOf(access), redirectUrl })
      },
      {
        params: WithServerId,
        body: t.Optional(Authorize),
        response: {
          200: t.Object({
            authorizationUrl: t.String({ examples: ['https://auth.example.com/authorize?client_id=…'] }),
            redirectUrl: t.String({ examples: ['https://orrery.example.com/api/mcp-servers/callback'] }),
            expiresAt: t.String({ format: 'date-time' }),
          }),
        },
        detail: {
          summary: 'Begin a sign-in to an MCP server',
          description:
            'Open the address in a browser. The tokens serve the app that asked; those that root fetches serve every app without its own.',
        },
      },
    )
    .delete(
      '/:serverId/authorization',
      async ({ params, request, status }) => {
        const { row, access } = await requireServer(dependencies.mcp.servers, request, params.serverId)
        await dependencies.mcp.grants.save({ serverId: row.serverId, ownerAppId: ownerOf(access) }, null)
        void dependencies.mcp.connections.drop(row.serverId)
        return status(204, undefined)
      },
      {
        params: WithServerId,
        response: { 204: t.Undefined() },
        detail: { summary: 'Forget the tokens for an MCP server' },
      },
    )

const toPage = (text: string): Response =>
  new Response(`${text}\n`, {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  })
