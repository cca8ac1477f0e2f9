import { t } from 'elysia'
import { INSTALLATION, type ToolRow } from '../tables.ts'

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
