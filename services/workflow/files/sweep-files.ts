import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#shared/logging/logger.ts'
import { sweepObjects } from '#shared/objects/sweep-objects.ts'
import type { FileStores } from './save-upload.ts'

const SWEEP_EVERY_MS = 3_600_000
/** A file's row comes right after its content. */
const OBJECT_AGE_MS_MIN = 3_600_000
/** Five years, as the original keeps its objects. */
const FILE_AGE_MS_MAX = 157_788_000_000

/** Removes files that are too old, and contents that no file has: of uploads that were refused or broke off. */
export const sweepFiles = async (
  { files, objects }: FileStores,
  nowMs: number,
  signal: AbortSignal,
): Promise<number> => {
  await files.deleteBefore(new Date(nowMs - FILE_AGE_MS_MAX))
  return sweepObjects(objects, { ageMsMin: OBJECT_AGE_MS_MIN, unreferenced: files.unnamedObjects, signal })
}

/** Sweeps every hour until stopped. Every worker does it; two at once do no harm. */
export const startFileSweeping = (stores: FileStores, logger: Logger): { stop(): Promise<void> } => {
  const stopping = new AbortController()
  const { signal } = stopping
  const loop = async () => {
    for (;;) {
      await sleep(SWEEP_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)
      if (signal.aborted) return
      await sweepFiles(stores, Date.now(), signal).catch((error: unknown) => {
        logger.warn({ err: error }, 'uploaded files were not swept')
      })
    }
  }
  const ended = loop()
  return {
    async stop() {
      stopping.abort()
      await ended
    },
  }
}
