import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from './journal/workload.ts'

const WRITES = 200
const PAGE_BYTES = 8192

/** What one synced write of 8 kB below the temporary directory costs here and now, in ms (p50): it bounds whatever waits for the disk. */
export const measureSync = (): number => {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-sync-'))
  const file = openSync(join(directory, 'probe'), 'w')
  const page = Buffer.alloc(PAGE_BYTES, 1)
  const times = Array.from({ length: WRITES }, () => {
    const startedAt = performance.now()
    writeSync(file, page, 0, page.length, 0)
    fdatasyncSync(file)
    return performance.now() - startedAt
  })
  closeSync(file)
  rmSync(directory, { recursive: true, force: true })
  return median(times)
}
