import type { FlowRow } from '../tables.ts'

/** The draft row of the original carries this version name. */
const DRAFT_VERSION = '-1'
const PRETTY_SPACES = 4

export interface WireFlowRow {
  id: string
  group_id: string
  name: string
  data: Record<string, unknown> | null
  release_data: Record<string, unknown> | null
  description: string
  version: string
  status: number
  release_status: number
  app_id: string
  source: number
  create_at: string
  tag: number
  update_at: string
}

export interface FlowDefinitions {
  draft: Record<string, unknown> | undefined
  released: Record<string, unknown> | undefined
}

/** A flow as the original's row. The envelope inside repeats the flow's id and name where its author left them empty: agents read them there. */
export const toWireFlowRow = (flow: FlowRow, definitions: FlowDefinitions): WireFlowRow => ({
  id: flow.id,
  group_id: flow.groupId,
  name: flow.name,
  data: named(flow, definitions.draft),
  release_data: named(flow, definitions.released),
  description: flow.description,
  version: DRAFT_VERSION,
  status: flow.status,
  release_status: flow.releaseBits,
  app_id: flow.appId,
  source: flow.source,
  create_at: toWireTime(flow.createdAt),
  tag: flow.tag,
  update_at: toWireTime(flow.updatedAt),
})

/** The same as pretty-printed JSON text in which ids are integers, as old clients get it. */
export const toWireFlowText = (row: WireFlowRow): string =>
  JSON.stringify({ ...row, id: rawNumber(row.id), group_id: rawNumber(row.group_id) }, null, PRETTY_SPACES)

const named = (flow: FlowRow, definition: Record<string, unknown> | undefined) =>
  definition
    ? {
        ...definition,
        id: definition.id || flow.id,
        name: definition.name || flow.name,
        description: definition.description || flow.description,
      }
    : null

/** Seconds, no zone: `2025-09-28T10:00:00`, in UTC. */
const toWireTime = (time: Date) => time.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)

/** An integer beyond 2^53 as a bare JSON number. `JSON.rawJSON` is ES2025, newer than the types we compile against. */
const rawNumber = (digits: string): unknown => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits)
