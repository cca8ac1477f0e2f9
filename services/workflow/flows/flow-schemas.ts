import { t } from 'elysia'
import type { FlowRow } from '../tables.ts'

const Definition = t.Record(t.String(), t.Unknown(), {
  description: 'The protocol: `{name, description, version, data: {nodes, edges}}`.',
})
const definitionExample = { id: '', name: 'echo', description: '', version: 'v3.0.0', data: { nodes: [], edges: [] } }

const summary = {
  id: t.String(),
  appId: t.String(),
  name: t.String(),
  description: t.String(),
  published: t.Boolean(),
  releaseStatus: t.Integer(),
  createdAt: t.String(),
  updatedAt: t.String(),
}
const summaryExample = {
  id: '101',
  appId: 'starter',
  name: 'Echo',
  description: 'Says what you said.',
  published: true,
  releaseStatus: 1,
  createdAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-01-02T03:04:05.678Z',
}

export const FlowPage = t.Object(
  {
    flows: t.Array(t.Object(summary)),
    /** Pass it as `beforeId` to get the next page; null on the last one. */
    nextBeforeId: t.Nullable(t.String()),
  },
  { examples: [{ flows: [summaryExample], nextBeforeId: null }] },
)

export const Flow = t.Object(
  { ...summary, definition: t.Nullable(Definition), versions: t.Array(t.String()) },
  { examples: [{ ...summaryExample, definition: definitionExample, versions: ['v1.0'] }] },
)

export const CreateFlow = t.Object(
  {
    name: t.String({ minLength: 1, maxLength: 128 }),
    description: t.String({ default: '', maxLength: 1024 }),
    appId: t.Optional(t.String({ minLength: 1, maxLength: 255 })),
    definition: t.Optional(Definition),
  },
  { examples: [{ name: 'Echo', description: 'Says what you said.', definition: definitionExample }] },
)

export const UpdateFlow = t.Object(
  {
    name: t.Optional(t.String({ minLength: 1, maxLength: 128 })),
    description: t.Optional(t.String({ maxLength: 1024 })),
    definition: t.Optional(Definition),
  },
  { examples: [{ name: 'Echo, renamed' }] },
)

/** Flows of one page at most. */
export const FLOWS_PER_PAGE_MAX = 200
const FlowId = t.String({ pattern: '^\\d{1,19}$', examples: ['101'] })

export const FlowQuery = t.Object({
  beforeId: t.Optional(FlowId),
  limit: t.Integer({ minimum: 1, maximum: FLOWS_PER_PAGE_MAX, default: 50 }),
})

export const FlowParams = t.Object({ id: FlowId })

/** Row to API. Columns stay private until someone names them here. */
export const toFlowSummary = (row: FlowRow, published: boolean) => ({
  id: row.id,
  appId: row.appId,
  name: row.name,
  description: row.description,
  published,
  releaseStatus: row.releaseBits,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
