import { eq } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { flowDefinitions } from '../tables.ts'

export type DefinitionRepository = ReturnType<typeof createDefinitionRepository>

/** Immutable protocols, found by the hash of their text. */
export const createDefinitionRepository = (database: Database) => ({
  /** Stores a protocol and returns its hash (SHA-256, hex). The same protocol is stored once. */
  async put(definition: Record<string, unknown>): Promise<string> {
    const body = JSON.stringify(definition)
    const hash = new Bun.CryptoHasher('sha256').update(body).digest('hex')
    await database.insert(flowDefinitions).values({ hash, body }).onConflictDoNothing()
    return hash
  },

  async find(hash: string): Promise<Record<string, unknown> | undefined> {
    const [row] = await database.select().from(flowDefinitions).where(eq(flowDefinitions.hash, hash))
    return row && (JSON.parse(row.body) as Record<string, unknown>) // `put` is the only writer
  },
})
