import type { Logger } from '#shared/logging/logger.ts'
import { SchemaNewerError } from '../errors.ts'
import type { PostgresBackend } from './backend.ts'

/** Starts the database and brings its schema to that of this program. Throws StartError. */
export const prepareDatabase = async (
  postgres: PostgresBackend,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> => {
  await postgres.start(signal)
  if (signal.aborted) return
  const { migrateDatabase } = await import('#shared/postgres/migrate.ts') // late, as the start of children comes first
  const outcome = await migrateDatabase(postgres.databaseUrl)
  if (outcome.kind === 'newer') {
    throw new SchemaNewerError(
      `The database was last migrated by a newer Orrery (${day(outcome.databaseAt)}); this one knows migrations up to ${day(outcome.programAt)}.`,
      { remedy: 'Install that newer version again, or restore a backup made before the upgrade. Nothing was changed.' },
    )
  }
  if (outcome.kind === 'migrated') logger.info({ migrations: outcome.count }, 'database migrated')
}

const day = (date: Date): string => date.toISOString().slice(0, 16)
