import { t } from 'elysia'
import { INSTALLATION, type ToolRow, type ToolVersionRow } from '../tables.ts'

export const TOOL_ID = '^tool@[0-9a-zA-Z]+$'

export const Tool = t.Object({
  toolId: t.String({ pattern: TOOL_ID, examples: ['tool@1a2b3c4d5e6f708'] }),
  appId: t.Nullable(t.String(), {
    description: 'The app it belongs to; null for a tool of the installation, which every app may run.',
    examples: ['680ab54f'],
  }),
  name: t.String({ examples: ['Weather'] }),
  description: t.String({ examples: ['Forecasts for places.'] }),
  enabled: t.Boolean({ description: 'A tool that is not enabled can be read, but not run.' }),
  createdAt: t.String({ format: 'date-time' }),
  updatedAt: t.String({ format: 'date-time' }),
})
export type Tool = typeof Tool.static

export const PAGE_LIMIT_MAX = 200

export const ToolPageQuery = t.Object({
  beforeId: t.Optional(t.String({ description: 'The `nextBeforeId` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAX, default: 50 }),
  name: t.Optional(t.String({ maxLength: 128, description: 'Part of the name, letter case ignored.' })),
})

export const ToolPage = t.Object({
  tools: t.Array(Tool),
  nextBeforeId: t.Nullable(t.String(), { description: 'Pass it as `beforeId`; null on the last page.' }),
})

/** Row to response. Columns stay private until someone names them here. */
export const toTool = (row: ToolRow): Tool => ({
  toolId: row.toolId,
  appId: row.ownerAppId === INSTALLATION ? null : row.ownerAppId,
  name: row.name,
  description: row.description,
  enabled: row.enabled,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

export const ToolParams = t.Object({ toolId: t.String({ maxLength: 64, examples: ['tool@1a2b3c4d5e6f708'] }) })

const VersionName = t.String({ minLength: 1, maxLength: 128, examples: ['V1.0'] })
export const VersionParams = t.Object({ ...ToolParams.properties, version: VersionName })
export const VersionQuery = t.Object({
  version: t.Optional(t.String({ maxLength: 128, description: 'The newest when left out.', examples: ['V1.0'] })),
})

export const ChangeTool = t.Partial(
  t.Object({
    name: t.String({ minLength: 1, maxLength: 128, examples: ['Weather'] }),
    description: t.String({ minLength: 1, maxLength: 512, examples: ['Forecasts for places.'] }),
    enabled: t.Boolean(),
  }),
  { minProperties: 1, examples: [{ enabled: false }] },
)

const ToolVersion = t.Object({
  version: VersionName,
  name: t.String(),
  description: t.String(),
  createdAt: t.String({ format: 'date-time' }),
})

export const ToolVersionPage = t.Object({
  versions: t.Array(ToolVersion),
  nextBeforeId: t.Nullable(t.String(), { description: 'Pass it as `beforeId`; null on the last page.' }),
})
export const ToolVersionQuery = t.Object({
  beforeId: t.Optional(t.String({ pattern: '^\\d{1,15}$', description: 'The `nextBeforeId` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAX, default: 50 }),
})

export const toToolVersion = (row: Omit<ToolVersionRow, 'document'>): typeof ToolVersion.static => ({
  version: row.version,
  name: row.name,
  description: row.description,
  createdAt: row.createdAt.toISOString(),
})
