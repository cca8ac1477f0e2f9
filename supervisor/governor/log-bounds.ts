import { copyFile, readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'

export interface LogBoundsOptions {
  /** Holds the logs of all processes, one file a pool. */
  directory: string
  metrics: MetricsRegistry
  logger: Logger
  /** A longer file is set aside; LOG_BYTES_MAX by default. */
  bytesMax?: number
}

/** Keeps logs from filling the disk while their processes live. */
export interface LogBounds {
  /** Looks at every log once. */
  look(): Promise<void>
  start(): void
  stop(): void
}

/** With the copy that was set aside a log takes twice as much, and what is written between two looks. */
export const LOG_BYTES_MAX = 64 * 1_048_576
const LOOK_EVERY_MS = 5_000
/** The gateway closes and opens its own. */
const KEPT_BY_OTHERS = new Set(['access.log'])

/**
 * Processes write straight into their files, so that nothing that they say depends on the supervisor, and so nobody can make them open another one.
 * A log that is too long is copied aside, in place of the copy before, and cut to nothing under its writers, who append and so go on at its start.
 * The oldest lines are lost by that, and the few that are written between copy and cut; both are counted.
 */
export const createLogBounds = (options: LogBoundsOptions): LogBounds => {
  const { directory, logger, bytesMax = LOG_BYTES_MAX } = options
  const dropped = options.metrics.counter(
    'orrery_log_bytes_dropped_total',
    'Bytes of logs that were lost because a log had become too long, the oldest ones as a rule.',
  )
  let timer: Timer | undefined
  let looking: Promise<void> | undefined

  const setAside = async (name: string) => {
    const path = join(directory, name)
    const aside = `${path}.1`
    const oldBytes = await sizeOf(aside)
    await copyFile(path, aside)
    const copiedBytes = await sizeOf(aside)
    const bytes = await sizeOf(path)
    await truncate(path)
    dropped.add(oldBytes + Math.max(bytes - copiedBytes, 0), { log: name.slice(0, -'.log'.length) })
    logger.info({ log: name, bytes }, 'a log was set aside')
  }

  const lookAtAll = async () => {
    for (const name of await readdir(directory)) {
      if (!name.endsWith('.log') || KEPT_BY_OTHERS.has(name)) continue
      if ((await sizeOf(join(directory, name))) > bytesMax) await setAside(name)
    }
  }

  const look = (): Promise<void> => {
    looking ??= lookAtAll()
      .catch((error) => logger.warn({ err: error }, 'logs could not be kept short'))
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  return {
    look,
    start() {
      timer ??= setInterval(() => void look(), LOOK_EVERY_MS)
    },
    stop: () => clearInterval(timer),
  }
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0, // there is none
  )
