import { t } from 'elysia'
import { INSTALLATION, type McpServerRow } from '../../tables.ts'
import type { ServerSecrets } from './server-secrets.ts'

export const PAGE_LIMIT_MAX = 200
export const TIMEOUT_MS_MAX = 10 * 60_000
export const TIMEOUT_MS_DEFAULT = 60_000

const NAME_CHARACTERS_MAX = 128
const TEXT_CHARACTERS_MAX = 4_096
const VALUE_CHARACTERS_MAX = 8_192
const ARGUMENTS_MAX = 64

export const WithServerId = t.Object({ serverId: t.String({ maxLength: 256, examples: ['mcp@1a2b3c4d5e6f708'] }) })

const Name = t.String({ minLength: 1, maxLength: NAME_CHARACTERS_MAX, examples: ['Weather'] })
const Description = t.String({ maxLength: TEXT_CHARACTERS_MAX, examples: ['Forecasts for places.'] })
const Url = t.String({ minLength: 1, maxLength: TEXT_CHARACTERS_MAX, examples: ['https://mcp.example.com/mcp'] })
const Transport = t.Union([t.Literal('auto'), t.Literal('streamable-http'), t.Literal('sse'), t.Literal('stdio')], {
  description:
    '`auto` tries streamable HTTP and then the older SSE; `stdio` starts a program, which only root and administrators may choose.',
  examples: ['auto'],
})
const TimeoutMs = t.Integer({
  minimum: 1_000,
  maximum: TIMEOUT_MS_MAX,
  examples: [TIMEOUT_MS_DEFAULT],
  description: 'For one call.',
})
const Pairs = (description: string) =>
  t.Record(t.String(), t.String({ maxLength: VALUE_CHARACTERS_MAX, pattern: '^[^\\r\\n\\0]*$' }), { description })
const Headers = Pairs('Sent with every request to the server. Kept sealed, and shown to nobody.')
const Environment = Pairs('Environment of the program. Kept sealed, and shown to nobody.')
const Secret = t.String({ minLength: 1, maxLength: VALUE_CHARACTERS_MAX })
const Scope = t.String({ maxLength: TEXT_CHARACTERS_MAX, examples: ['tools:read'] })

const Authorization = t.Union(
  [
    t.Object(
      {
        grant: t.Literal('authorization_code'),
        clientId: t.Optional(Secret),
        clientSecret: t.Optional(Secret),
        scope: t.Optional(Scope),
      },
      { additionalProperties: false },
    ),
    t.Object(
      {
        grant: t.Literal('client_credentials'),
        clientId: Secret,
        clientSecret: t.Optional(Secret),
        privateKey: t.Optional(
          t.String({ description: 'PKCS#8 in PEM, instead of a secret.', maxLength: VALUE_CHARACTERS_MAX }),
        ),
        algorithm: t.Optional(t.String({ maxLength: 16, examples: ['ES256'] })),
        scope: t.Optional(Scope),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      'How tokens are had. Without it a sign-in finds out by itself. A person signs in with `POST …/authorize`; client credentials need nobody.',
    examples: [{ grant: 'client_credentials', clientId: 'orrery', clientSecret: 'secret' }],
  },
)

const optional = {
  description: t.Optional(Description),
  headers: t.Optional(Headers),
  environment: t.Optional(Environment),
  authorization: t.Optional(Authorization),
  args: t.Optional(t.Array(t.String({ maxLength: TEXT_CHARACTERS_MAX }), { maxItems: ARGUMENTS_MAX })),
  timeoutMs: t.Optional(TimeoutMs),
  enabled: t.Optional(t.Boolean()),
}
const Command = t.String({ minLength: 1, maxLength: TEXT_CHARACTERS_MAX, examples: ['npx'] })

export const CreateServer = t.Object(
  { name: Name, transport: t.Optional(Transport), url: t.Optional(Url), command: t.Optional(Command), ...optional },
  { additionalProperties: false, examples: [{ name: 'Weather', url: 'https://mcp.example.com/mcp' }] },
)
export type CreateServer = typeof CreateServer.static

export const ChangeServer = t.Object(
  {
    name: t.Optional(Name),
    transport: t.Optional(Transport),
    url: t.Optional(Url),
    command: t.Optional(Command),
    ...optional,
    authorization: t.Optional(t.Nullable(Authorization)),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ enabled: false }] },
)
export type ChangeServer = typeof ChangeServer.static

export const McpServer = t.Object({
  serverId: t.String({ examples: ['mcp@1a2b3c4d5e6f708'] }),
  appId: t.Nullable(t.String(), {
    description: 'The app it belongs to; null for a server of the installation, which every app may use.',
    examples: ['680ab54f'],
  }),
  name: Name,
  description: t.String(),
  transport: Transport,
  url: t.Nullable(t.String(), { examples: ['https://mcp.example.com/mcp'] }),
  command: t.Nullable(t.String(), { examples: [null] }),
  args: t.Array(t.String()),
  headerNames: t.Array(t.String(), { examples: [['x-api-key']] }),
  environmentNames: t.Array(t.String()),
  grant: t.Nullable(t.String(), { description: 'How tokens are had, where it was configured.', examples: [null] }),
  timeoutMs: t.Integer({ examples: [TIMEOUT_MS_DEFAULT] }),
  enabled: t.Boolean(),
  createdAt: t.String({ format: 'date-time' }),
  updatedAt: t.String({ format: 'date-time' }),
})
export type McpServer = typeof McpServer.static

export const ServerPageQuery = t.Object({
  beforeId: t.Optional(t.String({ description: 'The `nextBeforeId` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAX, default: 50 }),
})

export const ServerPage = t.Object({
  servers: t.Array(McpServer),
  nextBeforeId: t.Nullable(t.String(), { description: 'Pass it as `beforeId`; null on the last page.' }),
})

/** Row to response. Of what is secret, the names alone. */
export const toServer = (row: McpServerRow, secrets: ServerSecrets): McpServer => ({
  serverId: row.serverId,
  appId: row.ownerAppId === INSTALLATION ? null : row.ownerAppId,
  name: row.name,
  description: row.description,
  transport: row.transport,
  url: row.url || null,
  command: row.command || null,
  args: row.args,
  headerNames: Object.keys(secrets.headers),
  environmentNames: Object.keys(secrets.environment),
  grant: secrets.authorization?.grant ?? null,
  timeoutMs: row.timeoutMs,
  enabled: row.enabled,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
