import type { Logger } from '#shared/logging/logger.ts'

const TAKE_OVER_PAUSE_MS = 200

export interface RunTakeOverOptions {
  databaseUrl: string
  logger: Logger
  isStopped(): boolean
  /** Called when runs became claimable. */
  onTakenOver(): void
}

/** Makes the runs of processes that died claimable for others. */
export interface RunTakeOver {
  /** The process with this id in the journal, if it had one, is gone. */
  add(journalWorkerId: number | undefined): void
  /** There is a database: takes over all that was added so far, and from now on each one as it comes. */
  begin(): Promise<void>
  /** Those that are not taken over yet. */
  waiting(): number[]
}

export const createRunTakeOver = (options: RunTakeOverOptions): RunTakeOver => {
  const { databaseUrl, logger } = options
  const waiting = new Set<number>()
  let begun = false

  /** However long the database is away. */
  const takeOver = async (journalWorkerId: number): Promise<void> => {
    const { takeOverWorker } = await import('#shared/journal/take-over-worker.ts') // late: it loads the driver
    while (!options.isStopped()) {
      try {
        const runs = await takeOverWorker(databaseUrl, journalWorkerId)
        logger.info({ journalWorkerId, runs }, 'took over the runs of a worker')
        waiting.delete(journalWorkerId)
        return options.onTakenOver()
      } catch (error) {
        logger.warn({ err: error, journalWorkerId }, 'the runs of a worker cannot be taken over yet')
        await Bun.sleep(TAKE_OVER_PAUSE_MS)
      }
    }
  }

  return {
    add(journalWorkerId) {
      if (journalWorkerId === undefined) return
      waiting.add(journalWorkerId)
      if (begun) takeOver(journalWorkerId).catch((error) => logger.error({ err: error }, 'taking over failed'))
    },
    async begin() {
      begun = true
      await Promise.all([...waiting].map(takeOver))
    },
    waiting: () => [...waiting],
  }
}
