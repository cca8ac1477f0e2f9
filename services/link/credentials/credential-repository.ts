import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { isUniqueViolation } from '#shared/postgres/unique-violation.ts'
import {
  type ToolCredentialBindingRow,
  type ToolCredentialRow,
  toolCredentialBindings,
  toolCredentials,
} from '../tables.ts'

export type CredentialRepository = ReturnType<typeof createCredentialRepository>

/** A binding with the credential that it is to. */
export interface BoundCredential {
  binding: ToolCredentialBindingRow
  credential: ToolCredentialRow
}

/** SQL only. `owner` is undefined for root, who sees everybody's. */
export const createCredentialRepository = (database: Database) => ({
  async find(owner: string | undefined, credentialId: string): Promise<ToolCredentialRow | undefined> {
    const [row] = await database
      .select()
      .from(toolCredentials)
      .where(and(eq(toolCredentials.credentialId, credentialId), ownedBy(owner)))
    return row
  },

  /** Newest first. Pass the last id of a page to get the next one. */
  async list(
    owner: string | undefined,
    page: { beforeId?: string | undefined; limit: number },
  ): Promise<ToolCredentialRow[]> {
    const { createdAt, credentialId } = toolCredentials
    const before = sql`(select ${createdAt}, ${credentialId} from ${toolCredentials} where ${credentialId} = ${page.beforeId})`
    return database
      .select()
      .from(toolCredentials)
      .where(
        and(ownedBy(owner), page.beforeId === undefined ? undefined : sql`(${createdAt}, ${credentialId}) < ${before}`),
      )
      .orderBy(desc(createdAt), desc(credentialId))
      .limit(page.limit)
  },

  /** False when the owner has one of that name. */
  async insert(row: Omit<ToolCredentialRow, 'createdAt' | 'updatedAt'>): Promise<boolean> {
    const rows = await database
      .insert(toolCredentials)
      .values(row)
      .onConflictDoNothing()
      .returning({ id: toolCredentials.credentialId })
    return rows.length > 0
  },

  /** False when the owner has another one of that name. */
  async update(
    credentialId: string,
    changes: Partial<Pick<ToolCredentialRow, 'name' | 'kind' | 'sealed' | 'expiresAt'>>,
  ): Promise<boolean> {
    try {
      await database
        .update(toolCredentials)
        .set({ ...changes, updatedAt: sql`now()` })
        .where(eq(toolCredentials.credentialId, credentialId))
      return true
    } catch (error) {
      if (isUniqueViolation(error)) return false
      throw error
    }
  },

  /** Its bindings go with it. */
  async delete(credentialId: string): Promise<void> {
    await database.delete(toolCredentials).where(eq(toolCredentials.credentialId, credentialId))
  },

  async listBindings(credentialIds: readonly string[]): Promise<ToolCredentialBindingRow[]> {
    if (credentialIds.length === 0) return []
    return database
      .select()
      .from(toolCredentialBindings)
      .where(inArray(toolCredentialBindings.credentialId, [...credentialIds]))
      .orderBy(toolCredentialBindings.toolId, toolCredentialBindings.scheme)
  },

  /** Puts it in the place of another credential that is bound there. */
  async bind(row: Omit<ToolCredentialBindingRow, 'createdAt'>): Promise<void> {
    const { credentialId, hosts } = row
    const { ownerAppId, toolId, scheme } = toolCredentialBindings
    await database
      .insert(toolCredentialBindings)
      .values(row)
      .onConflictDoUpdate({ target: [ownerAppId, toolId, scheme], set: { credentialId, hosts } })
  },

  /** False when it was not bound there. */
  async unbind(row: Pick<ToolCredentialBindingRow, 'credentialId' | 'toolId' | 'scheme'>): Promise<boolean> {
    const { credentialId, toolId, scheme } = toolCredentialBindings
    const rows = await database
      .delete(toolCredentialBindings)
      .where(and(eq(credentialId, row.credentialId), eq(toolId, row.toolId), eq(scheme, row.scheme)))
      .returning({ scheme })
    return rows.length > 0
  },

  /** What is bound to a tool, by these owners or by all. */
  async findBound(owners: readonly string[] | undefined, toolId: string): Promise<BoundCredential[]> {
    const { ownerAppId, scheme } = toolCredentialBindings
    return database
      .select({ binding: toolCredentialBindings, credential: toolCredentials })
      .from(toolCredentialBindings)
      .innerJoin(toolCredentials, eq(toolCredentials.credentialId, toolCredentialBindings.credentialId))
      .where(and(owners && inArray(ownerAppId, [...owners]), eq(toolCredentialBindings.toolId, toolId)))
      .orderBy(ownerAppId, scheme)
  },
})

const ownedBy = (owner: string | undefined): SQL | undefined =>
  owner === undefined ? undefined : eq(toolCredentials.ownerAppId, owner)
