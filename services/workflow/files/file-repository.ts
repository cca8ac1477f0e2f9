import { eq, inArray, lt } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type FlowFileRow, flowFiles, type NewFlowFile } from '../tables.ts'

export type FileRepository = ReturnType<typeof createFileRepository>

/** Uploaded files. Their content is in the object store. */
export const createFileRepository = (database: Database) => ({
  async insert(files: NewFlowFile[]): Promise<void> {
    await database.insert(flowFiles).values(files)
  },

  async find(id: string): Promise<FlowFileRow | undefined> {
    const [row] = await database.select().from(flowFiles).where(eq(flowFiles.id, id))
    return row
  },

  async deleteBefore(time: Date): Promise<void> {
    await database.delete(flowFiles).where(lt(flowFiles.createdAt, time))
  },

  /** Of these contents, the ones that no file has. */
  async unnamedObjects(hashes: string[]): Promise<string[]> {
    const rows = await database
      .selectDistinct({ hash: flowFiles.contentHash })
      .from(flowFiles)
      .where(inArray(flowFiles.contentHash, hashes))
    const named = new Set(rows.map(({ hash }) => hash))
    return hashes.filter((hash) => !named.has(hash))
  },
})
