import { and, eq, or, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type FlowRow, flowLicences, flows, flowVersions } from '../tables.ts'

/** What decides whether an app may run a flow, and what will run: all of one moment. */
export interface ReleaseFacts {
  flow: FlowRow
  /** 1 valid, 0 withdrawn, undefined when the app was never bound. */
  licence: number | undefined
  /** The wanted version, or all of them when none is named. */
  versions: { version: string; definitionHash: string }[]
}

export interface ReleaseQuestion {
  flowId: string
  appId: string
  /** '' for the newest. */
  version: string
}

export type ReleaseRepository = ReturnType<typeof createReleaseRepository>

/** Everything about a release in one query. */
export const createReleaseRepository = (database: Database) => ({
  /** Undefined when there is no such flow. */
  async find({ flowId, appId, version }: ReleaseQuestion): Promise<ReleaseFacts | undefined> {
    const isWanted = or(eq(flowVersions.version, version), sql`${version}::text = ''`)
    const rows = await database
      .select({
        flow: flows,
        licence: flowLicences.status,
        version: flowVersions.version,
        definitionHash: flowVersions.definitionHash,
      })
      .from(flows)
      .leftJoin(flowLicences, and(eq(flowLicences.groupId, flows.groupId), eq(flowLicences.appId, appId)))
      .leftJoin(flowVersions, and(eq(flowVersions.flowId, flows.id), isWanted))
      .where(eq(flows.id, flowId))
    const [first] = rows
    if (!first) return undefined
    return {
      flow: first.flow,
      licence: first.licence ?? undefined,
      versions: rows.flatMap(({ version: name, definitionHash }) =>
        name === null || definitionHash === null ? [] : [{ version: name, definitionHash }],
      ),
    }
  },
})
