import { readSetupCode } from '#shared/lifecycle/setup-code-file.ts'
import { type Logger, setLogLevel } from '#shared/logging/logger.ts'
import { prepareDatabase } from './backends/prepare-database.ts'
import { readConfiguration } from './config.ts'
import { createSupervision } from './create-supervision.ts'
import { openDataDirectory, removeDeadSockets } from './data-directory.ts'
import { createSupervisorParts, type SupervisorParts } from './dependencies.ts'
import { EXIT_CODES } from './errors.ts'
import type { Entries } from './pool/launcher.ts'
import type { MetricsFold, Supervision } from './pool/supervision.ts'
import { createReloader } from './reload/create-reloader.ts'
import { createPoolOperations } from './reload/resize-pool.ts'
import { renderStartSummary } from './start-summary.ts'

export interface RunOptions<Fold extends MetricsFold = MetricsFold> {
  version: string
  /** Where orrery.toml and config.env are looked for. */
  workingDirectory: string
  environment: Readonly<Record<string, string | undefined>>
  entries: Entries
  /** The repository: with it, the entries are bundled once everything is ready. */
  root?: string
  fold: Fold
  /** Serves health, metrics and commands on a unix socket. */
  startAdmin(options: {
    path: string
    supervision: Supervision
    fold: Fold
    logger: Logger
  }): Promise<{ stop(): Promise<void> }>
  /** Calls the listener whenever somebody asks to reload, by SIGHUP. */
  onReloadAsked?(listener: () => void): void
  /** Writes to the terminal. */
  print(text: string): void
  /** Aborts when the whole is to stop. */
  stopAsked: AbortController
  /** Aborts when it is to stop at once, whatever is going on. */
  hurry: AbortSignal
}

const PATIENCE_MS = 1_900
const READY_POLL_MS = 5
/** After this long the summary is printed although something is not ready, with the reasons. */
const READY_MS_MAX = 60_000

/** Starts everything, runs until `stopAsked` aborts, stops everything in reverse. Returns the exit code; throws StartError. */
export const runOrrery = async <Fold extends MetricsFold>(options: RunOptions<Fold>): Promise<number> => {
  const startedAt = new Date(performance.timeOrigin)
  const read = () => readConfiguration(options.workingDirectory, options.environment)
  const configuration = read()
  const data = openDataDirectory(configuration.settings)
  const parts = createSupervisorParts({ ...options, configuration, data })
  const { logger } = parts
  const { tree, governor } = parts
  const started = Promise.withResolvers<void>()
  const { signal } = options.stopAsked
  const reloader = createReloader({
    ...{ tree, configuration, read, logger, signal },
    started: started.promise,
    deaths: () => parts.deaths.recent(),
    onApplied({ settings }) {
      setLogLevel(logger, settings.LOG_LEVEL)
      governor.releaseFloors()
    },
  })
  const drainMsMax = () => reloader.configuration.settings.ORRERY_DRAIN_MS_MAX
  const operations = createPoolOperations({ tree, governor, drainMsMax, signal })
  const supervision = createSupervision(parts, {
    version: options.version,
    startedAt,
    stop: () => options.stopAsked.abort(),
    ...{ reloader, operations },
  })
  options.hurry.addEventListener('abort', () => parts.tree.kill(), { once: true })
  let admin: { stop(): Promise<void> } | undefined
  options.onReloadAsked?.(() => {
    reloader
      .reload({ strategy: 'rolling', code: false })
      .catch((error) => logger.error({ err: error }, 'the reload failed unexpectedly'))
  })
  const patience = setTimeout(() => options.print(`Orrery ${options.version} is starting …\n`), PATIENCE_MS)
  try {
    removeDeadSockets(data.runtime, new Set(parts.leftovers.alive.map(({ socketPath }) => socketPath)))
    admin = await options.startAdmin({ path: parts.adminPath, supervision, fold: options.fold, logger })
    await bringUp(parts, options.stopAsked.signal)
    parts.governor.start()
    await untilReady(supervision, options.stopAsked.signal)
    clearTimeout(patience)
    if (!options.stopAsked.signal.aborted) options.print(summarise(options.version, parts, supervision))
    started.resolve()
    parts.bundle?.start()
    await untilAborted(options.stopAsked.signal)
    return EXIT_CODES.stopped
  } catch (error) {
    if (!options.stopAsked.signal.aborted) throw error
    logger.info({ err: error }, 'stopped while starting')
    return EXIT_CODES.stopped
  } finally {
    clearTimeout(patience)
    logger.info({}, 'stopping')
    parts.governor.stop()
    await parts.bundle?.stop()
    await parts.tree.drain()
    await parts.postgres.stop()
    await admin?.stop()
    data.release()
  }
}

/** Processes load their code while the database starts; they get the word to begin once it has our schema. */
const bringUp = async (parts: SupervisorParts, stopAsked: AbortSignal): Promise<void> => {
  const failed = new AbortController()
  const signal = AbortSignal.any([stopAsked, failed.signal])
  await parts.tree.start()
  const database = prepareDatabase(parts.postgres, parts.logger, signal)
  try {
    await Promise.race([database, parts.tree.cannotListen])
    if (stopAsked.aborted) return
    await Promise.race([parts.tree.begin(), parts.tree.cannotListen])
  } catch (error) {
    failed.abort()
    await database.catch(() => undefined) // it must not be half-way when it is told to stop
    throw error
  }
}

const untilReady = async (supervision: Supervision, stopAsked: AbortSignal): Promise<void> => {
  const deadline = Date.now() + READY_MS_MAX
  while (!stopAsked.aborted && Date.now() < deadline) {
    if (supervision.ready().ready || hasFailedForGood(supervision)) return
    await Bun.sleep(READY_POLL_MS)
  }
}

/** Nothing more will change by waiting: everything is ready but what will never be. */
const hasFailedForGood = (supervision: Supervision): boolean => {
  const workers = [...supervision.gateways(), ...supervision.pools().flatMap((pool) => pool.workers)]
  return (
    workers.some((worker) => worker.state === 'failed') &&
    workers.every((worker) => worker.state === 'failed' || worker.state === 'ready')
  )
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

const summarise = (version: string, parts: SupervisorParts, supervision: Supervision): string => {
  const { ready, reasons } = supervision.ready()
  return renderStartSummary({
    version,
    ready,
    url: supervision.url,
    dataDirectory: parts.data.path,
    newRootKey: parts.data.rootKeyIsNew ? parts.data.rootKey : undefined,
    setupCode: readSetupCode(parts.data.path),
    pools: parts.configuration.pools,
    database: parts.postgres.facts().kind,
    warnings: [...supervision.warnings(), ...reasons],
    elapsedMs: Date.now() - supervision.startedAt.getTime(),
  })
}
