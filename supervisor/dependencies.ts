import { join } from 'node:path'
import { adminSocketPath, controlSocketPath } from '#shared/lifecycle/runtime-directory.ts'
import { createLogger, type Logger } from '#shared/logging/logger.ts'
import { createMetricsRegistry, type MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { PostgresBackend } from './backends/backend.ts'
import { createEmbeddedPostgres } from './backends/embedded-postgres.ts'
import { createExternalPostgres } from './backends/external-postgres.ts'
import type { Configuration } from './config.ts'
import type { DataDirectory } from './data-directory.ts'
import { createGovernor, type Governor } from './governor/governor.ts'
import { createHandedListeners, type HandedListeners } from './listeners/handed-listeners.ts'
import { createSupervisorMetrics } from './metrics/supervisor-metrics.ts'
import { bundlePlace } from './pool/bundle/bundle-place.ts'
import { createProgramBundle, type ProgramBundle } from './pool/bundle/program-bundle.ts'
import { createDeathLog, type DeathLog } from './pool/death-log.ts'
import type { Entries } from './pool/launcher.ts'
import { type Leftovers, readLeftovers } from './pool/process-ledger.ts'
import { createProcessTree, type ProcessTree } from './pool/process-tree.ts'
import { deathsPath } from './pool/read-deaths.ts'
import type { MetricsFold } from './pool/supervision.ts'

/** All parts of a running supervisor, made from its configuration. Nothing has been started. */
export interface SupervisorParts {
  configuration: Configuration
  data: DataDirectory
  logger: Logger
  metrics: MetricsRegistry
  deaths: DeathLog
  postgres: PostgresBackend
  tree: ProcessTree
  governor: Governor
  bundle: ProgramBundle | undefined
  listeners: HandedListeners
  adminPath: string
  /** What an earlier supervisor of this data directory left. */
  leftovers: Leftovers
}

export const createSupervisorParts = (input: {
  version: string
  configuration: Configuration
  data: DataDirectory
  entries: Entries
  /** The repository: with it, the entries are bundled, so that processes start faster. */
  root?: string | undefined
  fold: MetricsFold
  environment: Readonly<Record<string, string | undefined>>
}): SupervisorParts => {
  const { configuration, data } = input
  const { settings } = configuration
  const logger = createLogger({
    level: settings.LOG_LEVEL,
    name: 'supervisor',
    path: join(data.logs, 'supervisor.log'),
  })
  const metrics = createMetricsRegistry()
  const own = createSupervisorMetrics(metrics)
  const deaths = createDeathLog(deathsPath(data.path), logger)
  const postgres = createPostgres(settings.DATABASE_URL, data, logger)
  const ledgerPath = join(data.runtime, 'processes.json')
  const adminPath = adminSocketPath(data.path)
  const leftovers = readLeftovers(ledgerPath)
  const gatewayPath = join(data.runtime, 'gateway.sock')
  const bundle =
    input.root === undefined
      ? undefined
      : createProgramBundle({
          place: bundlePlace(input.root, data.path),
          root: input.root,
          logger,
        })
  const listeners = createHandedListeners(gatewayPath)
  const tree = createProcessTree({
    version: input.version,
    leftovers,
    deployment: configuration,
    listeners,
    entries: input.entries,
    bundle,
    common: {
      controlPath: controlSocketPath(data.path),
      adminPath,
      gatewayPath,
      dataDirectory: data.path,
      databaseUrl: postgres.databaseUrl,
      instanceKey: data.instanceKey,
      rootKey: data.rootKey,
    },
    runtimeDirectory: data.runtime,
    ledgerPath,
    logDirectory: data.logs,
    environment: input.environment,
    logger,
    onDeath(death) {
      own.died(death)
      deaths.record(death)
    },
    onRetired: (worker) => input.fold.retire(worker.process, worker.snapshot),
  })
  const governor = createGovernor({
    pools: () => tree.pools,
    logDirectory: data.logs,
    isChanging: ({ plan, size }) =>
      Array.from({ length: size }, (_, slot) => tree.deployments.staged(plan.name, slot)).some(Boolean),
    gatewaySnapshots: () => tree.gateways.living().map(({ snapshot }) => snapshot),
    metrics,
    logger,
  })
  return {
    ...{ configuration, data, logger, metrics, deaths, postgres, tree, governor, bundle },
    ...{ listeners, adminPath, leftovers },
  }
}

const createPostgres = (databaseUrl: string | undefined, data: DataDirectory, logger: Logger): PostgresBackend =>
  databaseUrl
    ? createExternalPostgres(databaseUrl)
    : createEmbeddedPostgres({
        directory: join(data.path, 'postgres'),
        socketDirectory: join(data.runtime, 'postgres'),
        logPath: join(data.logs, 'postgres.log'),
        logger,
      })
