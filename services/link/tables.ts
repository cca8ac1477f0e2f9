import { sql } from 'drizzle-orm'
import {
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { ServerChoice } from './openapi/read-servers.ts'

/** `ownerAppId` of what belongs to the installation: every app may use it, and only root may change it. */
export const INSTALLATION = ''

const createdAt = () => timestamp({ withTimezone: true }).notNull().defaultNow()
const updatedAt = () => timestamp({ withTimezone: true }).notNull().defaultNow()

/** Tools: OpenAPI documents under an id, in versions. Deleted softly, so that an id never comes to mean something else. */
export const tools = pgTable(
  'tools',
  {
    /** `tool@` and hexadecimal digits. */
    toolId: text().primaryKey(),
    ownerAppId: text().notNull(),
    /** Those of the newest version. */
    name: text().notNull(),
    description: text().notNull(),
    enabled: boolean().notNull().default(true),
    /** Which of a document's servers are called, where it is not the first. Each holds in every version that has the server. */
    serverChoices: jsonb().$type<ServerChoice[]>().notNull().default([]),
    deletedAt: timestamp({ withTimezone: true }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index('tools_of_owner').on(table.ownerAppId, table.createdAt, table.toolId),
    index('tools_by_age').on(table.createdAt, table.toolId),
  ],
)

export const toolVersions = pgTable(
  'tool_versions',
  {
    versionId: bigserial({ mode: 'number' }).primaryKey(),
    toolId: text()
      .notNull()
      .references(() => tools.toolId),
    version: text().notNull(),
    name: text().notNull(),
    description: text().notNull(),
    /** JSON of an OpenAPI 3 document. */
    document: text().notNull(),
    deletedAt: timestamp({ withTimezone: true }),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('tool_versions_live').on(table.toolId, table.version).where(sql`deleted_at is null`),
    index('tool_versions_by_age').on(table.toolId, table.versionId),
  ],
)

/** Named secrets with which tools are called. Their values are sealed and shown to nobody. */
export const toolCredentials = pgTable(
  'tool_credentials',
  {
    credentialId: text().primaryKey(),
    ownerAppId: text().notNull(),
    name: text().notNull(),
    /** `apiKey`, `basic`, `bearer`, `oauth2`, `signature` or `client-certificate`. */
    kind: text().notNull(),
    /** JSON of the values, encrypted with the instance's key. */
    sealed: text().notNull(),
    /** When a client certificate ends. */
    expiresAt: timestamp({ withTimezone: true }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [uniqueIndex('tool_credentials_name').on(table.ownerAppId, table.name)],
)

/** Which credential an app uses for a security scheme of a tool. */
export const toolCredentialBindings = pgTable(
  'tool_credential_bindings',
  {
    ownerAppId: text().notNull(),
    toolId: text()
      .notNull()
      .references(() => tools.toolId),
    /** A name under `components.securitySchemes` of the tool's document. */
    scheme: text().notNull(),
    credentialId: text()
      .notNull()
      .references(() => toolCredentials.credentialId, { onDelete: 'cascade' }),
    /** Hosts, comma separated, to which the credential goes: those of the tool when it was bound. Another version may not widen them. */
    hosts: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.ownerAppId, table.toolId, table.scheme] }),
    index('tool_credential_bindings_of_credential').on(table.credentialId),
  ],
)

/** Answers of calls that came with an `Idempotency-Key`, kept so that the same call is not made twice. */
export const toolCalls = pgTable(
  'tool_calls',
  {
    /** SHA-256 of app, key and everything that was asked for. */
    callHash: text().primaryKey(),
    /** JSON of what the tool answered. */
    answer: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('tool_calls_by_age').on(table.createdAt)],
)

/** MCP servers, whose tools are called like our own. */
export const mcpServers = pgTable(
  'mcp_servers',
  {
    /** `mcp@` and what the wire asks for, or hexadecimal digits. */
    serverId: text().primaryKey(),
    ownerAppId: text().notNull(),
    name: text().notNull(),
    description: text().notNull(),
    /** The wire's `type`, `flow_id` and `mcp_schema`, kept as they came. */
    type: text().notNull().default(''),
    flowId: text().notNull().default(''),
    schema: text().notNull().default(''),
    /** `auto`, `streamable-http`, `sse` or `stdio`. */
    transport: text({ enum: ['auto', 'streamable-http', 'sse', 'stdio'] }).notNull(),
    /** Empty for a program, and for what the wire registered without one. */
    url: text().notNull().default(''),
    /** Of a program: only root writes it. */
    command: text().notNull().default(''),
    args: jsonb().$type<string[]>().notNull().default([]),
    /** JSON of headers, environment and client credentials, encrypted with the instance's key. */
    sealed: text(),
    timeoutMs: integer().notNull(),
    enabled: boolean().notNull().default(true),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [index('mcp_servers_of_owner').on(table.ownerAppId, table.serverId)],
)

/** Access to MCP servers: what a sign-in, or our own credentials, brought. */
export const mcpGrants = pgTable(
  'mcp_grants',
  {
    serverId: text()
      .notNull()
      .references(() => mcpServers.serverId, { onDelete: 'cascade' }),
    /** Whose it is: an app's, or the installation's, which serves all apps that have none of their own. */
    ownerAppId: text().notNull(),
    /** JSON of the client's registration and the tokens, encrypted with the instance's key. */
    sealed: text(),
    /** One process at a time may refresh the tokens; one that died loses its turn then. */
    lockedUntil: timestamp({ withTimezone: true }),
    lockedBy: text(),
    updatedAt: updatedAt(),
  },
  (table) => [primaryKey({ columns: [table.serverId, table.ownerAppId] })],
)

/** Sign-ins that were begun. Each serves once. */
export const mcpSignIns = pgTable(
  'mcp_sign_ins',
  {
    /** SHA-256 of the state that the browser carries. */
    stateHash: text().primaryKey(),
    serverId: text()
      .notNull()
      .references(() => mcpServers.serverId, { onDelete: 'cascade' }),
    ownerAppId: text().notNull(),
    /** JSON of what is needed to finish it, encrypted with the instance's key. */
    sealed: text().notNull(),
    expiresAt: timestamp({ withTimezone: true }).notNull(),
  },
  (table) => [index('mcp_sign_ins_by_expiry').on(table.expiresAt)],
)

export type ToolRow = typeof tools.$inferSelect
export type ToolVersionRow = typeof toolVersions.$inferSelect
export type ToolCredentialRow = typeof toolCredentials.$inferSelect
export type ToolCredentialBindingRow = typeof toolCredentialBindings.$inferSelect
export type ToolCallRow = typeof toolCalls.$inferSelect
export type McpServerRow = typeof mcpServers.$inferSelect
export type McpGrantRow = typeof mcpGrants.$inferSelect
