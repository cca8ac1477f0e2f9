import { eq } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository, type NewBase } from '../bases/base-repository.ts'
import { createDocumentRepository, type NewDocument } from '../documents/document-repository.ts'
import { knowledgeStarters } from '../tables.ts'

/** Which starters were created in this database, ever. */
export const createStarterRepository = (database: Database) => ({
  async exists(name: string): Promise<boolean> {
    return (await database.$count(knowledgeStarters, eq(knowledgeStarters.name, name))) > 0
  },

  /** Marks a starter as created. False when it was already. */
  async claim(name: string): Promise<boolean> {
    const rows = await database.insert(knowledgeStarters).values({ name }).onConflictDoNothing().returning()
    return rows.length > 0
  },

  /** The rows that the starter's chunks hang on; fine when an interrupted start left them. */
  async prepareBase({ base, document }: { base: NewBase; document: NewDocument }): Promise<void> {
    await database.transaction(async (transaction) => {
      await createBaseRepository(transaction).insert(base)
      await createDocumentRepository(transaction).insert(document)
    })
  },
})
