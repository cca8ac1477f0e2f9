import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { createEmbeddedPostgres } from '../../supervisor/backends/embedded-postgres.ts'

/** Suites run side by side, each with pools of its own. */
const CONNECTIONS_MAX = 300

/**
 * Starts a PostgreSQL for tests below `scratchDirectory`, by the launcher that Orrery itself uses. Its socket lies under /tmp, since the
 * scratch directory may be too deep for one. Commits do not wait for the disk: no test survives the machine anyway.
 */
export const startTestPostgres = async (scratchDirectory: string): Promise<{ url: string; stop(): Promise<void> }> => {
  const socketParent = mkdtempSync('/tmp/orrery-pg-')
  mkdirSync(scratchDirectory, { recursive: true })
  const server = createEmbeddedPostgres({
    directory: join(scratchDirectory, 'postgres'),
    socketDirectory: join(socketParent, 's'),
    logPath: join(scratchDirectory, 'postgres.log'),
    logger: silentLogger,
    settings: { max_connections: String(CONNECTIONS_MAX), fsync: 'off', shared_buffers: '64MB' },
  })
  await server.start(new AbortController().signal)
  return {
    url: server.databaseUrl,
    async stop() {
      await server.stop()
      rmSync(socketParent, { recursive: true, force: true })
    },
  }
}
