import type { Logger } from '#shared/logging/logger.ts'
import type { Clock } from './clock.ts'
import { notReadyReason } from './death-reason.ts'
import type { WorkerProcess } from './worker-process.ts'
import { isOver } from './worker-state.ts'

export interface ReplaceOptions {
  /** Gives up: the new process is ended, the old one keeps its slot. */
  signal?: AbortSignal
  /** For the log. */
  reason?: string
  /** The new process gets this long to become ready, in milliseconds. */
  readyMsMax?: number
  /** The new process must have been ready for this long before the old one drains, in milliseconds. */
  settleMs?: number
  /** Has the last word, in the place of `settleMs`: asked once the new process is ready. The old one drains when it says true. */
  confirm?(next: WorkerProcess): Promise<boolean>
}

/** `kept`: the new process failed, died or was late. It has been told to end, and the old one, if it still lives, has the slot. */
export type ReplaceOutcome = 'replaced' | 'kept'

export interface Replacement extends ReplaceOptions {
  old: WorkerProcess | undefined
  drainMsMax: number
  clock: Clock
  logger: Logger
  /** Starts the new process, in the second place of the slot. */
  launch(): WorkerProcess
  /** The slot belongs to the new process from now on. */
  promote(next: WorkerProcess): void
  /** The second place of the slot is free again. */
  giveUp(next: WorkerProcess): void
}

/** Enough for migrations of a service, building an index, a cold disk. */
export const READY_MS_MAX = 60_000

/** Brings up a second process and lets the first one finish, in this order. Never rejects but when nothing can be spawned. */
export const replaceWorker = async (replacement: Replacement): Promise<ReplaceOutcome> => {
  const { old, logger, reason } = replacement
  const { readyMsMax = READY_MS_MAX, settleMs = 0 } = replacement
  const next = replacement.launch()
  logger.info({ worker: next.id, replaces: old?.id, reason }, 'replacing a worker')
  const verdict = await waitUntilSettled(next, { ...replacement, readyMsMax, settleMs })
  if (verdict === 'settled') {
    replacement.promote(next)
    if (old && !isOver(old.state)) old.drain(replacement.drainMsMax)
    return 'replaced'
  }
  logger.warn({ worker: next.id, stays: old?.id, verdict }, 'a worker was not replaced')
  replacement.giveUp(next)
  if (verdict === 'late') next.terminate(notReadyReason(readyMsMax))
  if (verdict === 'abandoned' && !isOver(next.state)) next.drain(replacement.drainMsMax)
  return 'kept'
}

type Verdict = 'settled' | 'late' | 'failed' | 'abandoned'

const waitUntilSettled = async (
  next: WorkerProcess,
  limits: Pick<ReplaceOptions, 'signal' | 'confirm'> & { clock: Clock; readyMsMax: number; settleMs: number },
): Promise<Verdict> => {
  const { clock, signal } = limits
  const abandoned = Promise.withResolvers<'abandoned'>()
  const abandon = () => abandoned.resolve('abandoned')
  const late = Promise.withResolvers<'late'>()
  const settled = Promise.withResolvers<'settled'>()
  const failed = next.ended.then(() => 'failed' as const)
  signal?.addEventListener('abort', abandon, { once: true })
  let cancel = clock.after(limits.readyMsMax, () => late.resolve('late'))
  try {
    const first = await Promise.race([next.becameReady, failed, late.promise, abandoned.promise])
    if (first === 'failed' || first === 'late' || first === 'abandoned') return first
    cancel()
    if (limits.confirm) {
      const confirmed = limits.confirm(next).then((yes): Verdict => (yes ? 'settled' : 'abandoned'))
      const second = await Promise.race([confirmed, failed, abandoned.promise])
      if (second !== 'settled') return second
    } else if (limits.settleMs > 0) {
      cancel = clock.after(limits.settleMs, () => settled.resolve('settled'))
      const second = await Promise.race([settled.promise, failed, abandoned.promise])
      if (second !== 'settled') return second
    }
    return next.isServing ? 'settled' : 'failed'
  } finally {
    cancel()
    signal?.removeEventListener('abort', abandon)
  }
}
