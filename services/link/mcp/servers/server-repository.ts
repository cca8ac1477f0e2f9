import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { INSTALLATION, type McpServerRow, mcpServers } from '../../tables.ts'
import type { ToolAccess } from '../../tools/tool-access.ts'

export type ServerRepository = ReturnType<typeof createServerRepository>

export type NewServer = Omit<McpServerRow, 'createdAt' | 'updatedAt' | 'enabled'> & { enabled?: boolean }
export type ServerChange = Partial<Omit<McpServerRow, 'serverId' | 'ownerAppId' | 'createdAt' | 'updatedAt'>>

/** SQL only. */
export const createServerRepository = (database: Database) => ({
  /** A server that the caller may use. */
  async find(access: ToolAccess, serverId: string): Promise<McpServerRow | undefined> {
    const [row] = await database
      .select()
      .from(mcpServers)
      .where(and(eq(mcpServers.serverId, serverId), readable(access)))
    return row
  },

  async findMany(access: ToolAccess, serverIds: readonly string[]): Promise<McpServerRow[]> {
    if (serverIds.length === 0) return []
    return database
      .select()
      .from(mcpServers)
      .where(and(inArray(mcpServers.serverId, [...serverIds]), readable(access)))
  },

  /** By id, last first. Pass the last id of a page to get the next one. */
  async list(access: ToolAccess, page: { beforeId?: string | undefined; limit: number }): Promise<McpServerRow[]> {
    return database
      .select()
      .from(mcpServers)
      .where(and(readable(access), page.beforeId === undefined ? undefined : lt(mcpServers.serverId, page.beforeId)))
      .orderBy(desc(mcpServers.serverId))
      .limit(page.limit)
  },

  /** Undefined when the id is in use. */
  async insert(row: NewServer): Promise<McpServerRow | undefined> {
    const [inserted] = await database.insert(mcpServers).values(row).onConflictDoNothing().returning()
    return inserted
  },

  /** Writes over a server of the same id and owner. Undefined when the id is somebody else's. */
  async replace(row: NewServer): Promise<McpServerRow | undefined> {
    const { serverId: _, ...change } = row
    const [written] = await database
      .insert(mcpServers)
      .values(row)
      .onConflictDoUpdate({
        target: mcpServers.serverId,
        set: { ...change, updatedAt: sql`now()` },
        setWhere: eq(mcpServers.ownerAppId, row.ownerAppId),
      })
      .returning()
    return written
  },

  async update(serverId: string, change: ServerChange): Promise<McpServerRow | undefined> {
    const [row] = await database
      .update(mcpServers)
      .set({ ...change, updatedAt: sql`now()` })
      .where(eq(mcpServers.serverId, serverId))
      .returning()
    return row
  },

  async delete(serverId: string): Promise<void> {
    await database.delete(mcpServers).where(eq(mcpServers.serverId, serverId))
  },
})

const readable = ({ appId }: ToolAccess): SQL | undefined =>
  appId === undefined ? undefined : inArray(mcpServers.ownerAppId, [appId, INSTALLATION])
