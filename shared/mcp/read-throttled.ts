import type { Readable } from 'node:stream'

/** What one program may make this process read in a window: a flood waits in the pipe, and its writer with it. */
const WINDOW_MS = 250
const WINDOW_BYTES_MAX = 4 * 1024 * 1024

/** Reads to the end, with pauses when more comes than others have time for. A stream that breaks ends. */
export const readThrottled = async (stream: Readable, take: (chunk: Buffer) => void): Promise<void> => {
  let windowStart = performance.now()
  let bytes = 0
  try {
    for await (const chunk of stream) {
      take(chunk as Buffer)
      bytes += (chunk as Buffer).byteLength
      const elapsed = performance.now() - windowStart
      if (elapsed < WINDOW_MS && bytes < WINDOW_BYTES_MAX) continue
      if (bytes >= WINDOW_BYTES_MAX) await Bun.sleep(Math.max(1, WINDOW_MS - elapsed))
      windowStart = performance.now()
      bytes = 0
    }
  } catch {
    // The program is gone; its exit says why.
  }
}
