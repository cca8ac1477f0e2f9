import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#shared/logging/logger.ts'
import { sweepObjects } from '#shared/objects/sweep-objects.ts'
import { UNUSED_MS_MAX } from './file-limits.ts'
import type { FileStores } from './store-file.ts'

const SWEEP_MS = 3_600_000
/** A younger object may be about to get its row. */
const OBJECT_MS_MIN = 3_600_000

/** Deletes files that no message names, and contents that no file has. */
export const sweepFiles = async (
  { files, objects }: FileStores,
  options: { now: number; objectMsMin?: number; signal?: AbortSignal },
): Promise<number> => {
  await files.removeUnused(new Date(options.now - UNUSED_MS_MAX))
  return sweepObjects(objects, {
    ageMsMin: options.objectMsMin ?? OBJECT_MS_MIN,
    unreferenced: (hashes) => files.unnamedObjects(hashes),
    ...(options.signal ? { signal: options.signal } : {}),
  })
}

/** Sweeps now and then. Returns the way to stop. */
export const startFileSweep = (stores: FileStores, logger: Logger): (() => Promise<void>) => {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await sleep(SWEEP_MS, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      await sweepFiles(stores, { now: Date.now(), signal }).catch((error: unknown) => {
        logger.warn({ err: error }, 'files could not be swept')
      })
    }
  }
  const running = run()
  return async () => {
    stopping.abort()
    await running
  }
}
