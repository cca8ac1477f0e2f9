import { t } from 'elysia'
import { INSTALLATION, type ToolCredentialBindingRow, type ToolCredentialRow } from '../tables.ts'
import { PAGE_LIMIT_MAX, TOOL_ID } from '../tools/tool-schemas.ts'
import { Secret } from './secret.ts'

const Name = t.String({ minLength: 1, maxLength: 128, examples: ['Weather key'] })

const Binding = t.Object({
  toolId: t.String(),
  scheme: t.String({ description: 'A security scheme of the tool; MD5 or HMAC for a signature.' }),
  hosts: t.Array(t.String(), {
    description: 'Where the credential goes, and nowhere else.',
    examples: [['https://api.example']],
  }),
})

export const Credential = t.Object({
  credentialId: t.String(),
  appId: t.Nullable(t.String(), { description: 'Null for one of the installation.' }),
  name: Name,
  kind: t.String({
    description: 'apiKey, basic, bearer, oauth2, signature or client-certificate. The values are never shown.',
    examples: ['apiKey'],
  }),
  expiresAt: t.Nullable(t.String({ format: 'date-time' }), {
    description: 'When a client certificate ends; null for all other kinds.',
  }),
  bindings: t.Array(Binding),
  createdAt: t.String({ format: 'date-time' }),
  updatedAt: t.String({ format: 'date-time' }),
})
export type Credential = typeof Credential.static

export const CreateCredential = t.Object(
  { name: Name, secret: Secret },
  { examples: [{ name: 'Weather key', secret: { kind: 'apiKey', value: 'k-123' } }] },
)

export const ChangeCredential = t.Partial(t.Object({ name: Name, secret: Secret }), {
  minProperties: 1,
  examples: [{ secret: { kind: 'apiKey', value: 'k-456' } }],
})

export const CredentialPage = t.Object({
  credentials: t.Array(Credential),
  nextBeforeId: t.Nullable(t.String(), { description: 'Pass it as `beforeId`; null on the last page.' }),
})

export const CredentialQuery = t.Object({
  beforeId: t.Optional(t.String({ description: 'The `nextBeforeId` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAX, default: 50 }),
})

export const CredentialParams = t.Object({ credentialId: t.String({ maxLength: 64 }) })

const Scheme = t.String({ minLength: 1, maxLength: 256, examples: ['api_key'] })
export const BindCredential = t.Object({ toolId: t.String({ pattern: TOOL_ID }), scheme: Scheme })
export const BindingParams = t.Object({
  ...CredentialParams.properties,
  toolId: t.String({ pattern: TOOL_ID }),
  scheme: Scheme,
})

/** Row to response. What is sealed stays so. */
export const toCredential = (row: ToolCredentialRow, bindings: readonly ToolCredentialBindingRow[]): Credential => ({
  credentialId: row.credentialId,
  appId: row.ownerAppId === INSTALLATION ? null : row.ownerAppId,
  name: row.name,
  kind: row.kind,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  bindings: bindings
    .filter(({ credentialId }) => credentialId === row.credentialId)
    .map(({ toolId, scheme, hosts }) => ({ toolId, scheme, hosts: hosts.split(',').filter(Boolean) })),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
