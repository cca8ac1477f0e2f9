import { eq } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type BaseRow, knowledgeBases } from '../tables.ts'

/** What of a base tells of its vectors. */
export const createVectorModelRepository = (database: Database) => ({
  /** Undefined when the base is gone. */
  async find(baseId: string): Promise<Pick<BaseRow, 'vectorModel' | 'vectorDimensions'> | undefined> {
    const [row] = await database
      .select({ vectorModel: knowledgeBases.vectorModel, vectorDimensions: knowledgeBases.vectorDimensions })
      .from(knowledgeBases)
      .where(eq(knowledgeBases.id, baseId))
    return row
  },

  async setDimensions(baseId: string, vectorDimensions: number): Promise<void> {
    await database.update(knowledgeBases).set({ vectorDimensions }).where(eq(knowledgeBases.id, baseId))
  },
})
