import { and, desc, eq, getTableColumns, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { INSTALLATION, type ToolRow, type ToolVersionRow, tools, toolVersions } from '../tables.ts'
import type { ToolAccess } from './tool-access.ts'

export type ToolRepository = ReturnType<typeof createToolRepository>

/** A version of a tool with the tool that it is of. */
export interface ToolVersion {
  tool: ToolRow
  version: ToolVersionRow
}

export type NewVersion = Pick<ToolVersionRow, 'toolId' | 'version' | 'name' | 'description' | 'document'>

/** SQL only. Deleted tools and versions are invisible unless a query says otherwise. */
export const createToolRepository = (database: Database) => ({
  /** A tool that the caller may read. `deleted` finds it even when it was deleted. */
  async find(access: ToolAccess, toolId: string, options: { deleted?: boolean } = {}): Promise<ToolRow | undefined> {
    const live = options.deleted ? undefined : isNull(tools.deletedAt)
    const [row] = await database
      .select()
      .from(tools)
      .where(and(eq(tools.toolId, toolId), readable(access), live))
    return row
  },

  /** Newest first. Pass the last id of a page to get the next one. */
  async list(
    access: ToolAccess,
    page: { beforeId?: string | undefined; limit: number; namePart?: string | undefined },
  ): Promise<ToolRow[]> {
    const before = sql`(select ${tools.createdAt}, ${tools.toolId} from ${tools} where ${tools.toolId} = ${page.beforeId})`
    return database
      .select()
      .from(tools)
      .where(
        and(
          isNull(tools.deletedAt),
          readable(access),
          page.beforeId === undefined ? undefined : sql`(${tools.createdAt}, ${tools.toolId}) < ${before}`,
          page.namePart === undefined ? undefined : sql`strpos(lower(${tools.name}), lower(${page.namePart})) > 0`,
        ),
      )
      .orderBy(desc(tools.createdAt), desc(tools.toolId))
      .limit(page.limit)
  },

  /** The newest version when none is named. */
  async findVersion(access: ToolAccess, toolId: string, version?: string): Promise<ToolVersion | undefined> {
    const [row] = await database
      .select({ tool: tools, version: toolVersions })
      .from(toolVersions)
      .innerJoin(tools, eq(tools.toolId, toolVersions.toolId))
      .where(
        and(
          eq(toolVersions.toolId, toolId),
          version === undefined ? undefined : eq(toolVersions.version, version),
          isNull(toolVersions.deletedAt),
          isNull(tools.deletedAt),
          readable(access),
        ),
      )
      .orderBy(desc(toolVersions.versionId))
      .limit(1)
    return row
  },

  /** Versions of a tool, newest first, without their documents. Pass the last versionId of a page to get the next one. */
  async listVersions(
    toolId: string,
    page: { beforeId?: number | undefined; limit: number },
  ): Promise<Omit<ToolVersionRow, 'document'>[]> {
    const { document: _, ...columns } = getTableColumns(toolVersions)
    const before = page.beforeId === undefined ? undefined : lt(toolVersions.versionId, page.beforeId)
    return database
      .select(columns)
      .from(toolVersions)
      .where(and(eq(toolVersions.toolId, toolId), isNull(toolVersions.deletedAt), before))
      .orderBy(desc(toolVersions.versionId))
      .limit(page.limit)
  },

  /** False when the id is in use, or was. */
  async insert(row: Pick<ToolRow, 'toolId' | 'ownerAppId' | 'name' | 'description'>): Promise<boolean> {
    const inserted = await database.insert(tools).values(row).onConflictDoNothing().returning({ id: tools.toolId })
    return inserted.length > 0
  },

  /** Makes it the newest version, and the tool one that is not deleted. False when the tool has a version of that name. */
  async insertVersion(row: NewVersion): Promise<boolean> {
    const inserted = await database
      .insert(toolVersions)
      .values(row)
      .onConflictDoNothing()
      .returning({ id: toolVersions.versionId })
    if (inserted.length === 0) return false
    await this.update(row.toolId, { name: row.name, description: row.description, deletedAt: null })
    return true
  },

  /** Puts it in place of the version of that name: a stored version never changes, because it may be in use. */
  async replaceVersion(row: NewVersion): Promise<void> {
    await database
      .update(toolVersions)
      .set({ deletedAt: sql`now()` })
      .where(
        and(eq(toolVersions.toolId, row.toolId), eq(toolVersions.version, row.version), isNull(toolVersions.deletedAt)),
      )
    await this.insertVersion(row)
  },

  async update(
    toolId: string,
    changes: Partial<Pick<ToolRow, 'name' | 'description' | 'enabled' | 'serverChoices' | 'deletedAt'>>,
  ): Promise<void> {
    await database
      .update(tools)
      .set({ ...changes, updatedAt: sql`now()` })
      .where(eq(tools.toolId, toolId))
  },

  /** Deletes these versions, or all when none are named, and the tool with its last one. */
  async deleteVersions(toolId: string, versions?: readonly string[]): Promise<void> {
    const named = versions === undefined ? undefined : inArray(toolVersions.version, [...versions])
    const live = and(eq(toolVersions.toolId, toolId), isNull(toolVersions.deletedAt))
    await database.update(toolVersions).set({ deletedAt: sql`now()` }).where(and(live, named))
    await database
      .update(tools)
      .set({ deletedAt: sql`now()`, updatedAt: sql`now()` })
      .where(
        and(
          eq(tools.toolId, toolId),
          isNull(tools.deletedAt),
          sql`not exists (select 1 from ${toolVersions} where ${toolVersions.toolId} = ${toolId} and ${toolVersions.deletedAt} is null)`,
        ),
      )
  },
})

const readable = ({ appId }: ToolAccess): SQL | undefined =>
  appId === undefined ? undefined : inArray(tools.ownerAppId, [appId, INSTALLATION])
