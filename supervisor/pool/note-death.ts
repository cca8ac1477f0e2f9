import type { Logger } from '#shared/logging/logger.ts'
import type { Death } from './supervision.ts'
import type { Ending } from './worker-process.ts'

/** Which life ended. */
export interface DeadProcess {
  id: string
  pid: number
  pool: string
  slot: number
  generation: number
}

/** Tells of an end that nobody had asked for. */
export const noteDeath = (
  { id, pid, pool, slot, generation }: DeadProcess,
  { exitCode, signal, reason, uptimeMs }: Omit<Ending, 'state' | 'wasReady' | 'blame'>,
  { onDeath, logger }: { onDeath(death: Death): void; logger: Logger },
): void => {
  const time = new Date().toISOString()
  onDeath({ time, pool, slot, generation, pid, exitCode, signal, reason, uptimeMs })
  logger.warn({ worker: id, workerPid: pid, exitCode, signal, reason }, 'worker died')
}
