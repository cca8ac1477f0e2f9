import { resolve } from 'node:path'
import type { BuildRequest } from './build-bundle.ts'

/** The exit code of a build whose sources changed meanwhile. */
export const EXIT_CHANGED = 75
/** It takes about two seconds a program on a processor that has nothing else to do; it is given this much before it is taken to hang. */
const BUILD_MS_MAX = 120_000
const REASON_CHARACTERS = 500

/** `failed`: these sources cannot be bundled, or nothing can be written there. */
export type BuildOutcome = { kind: 'built' | 'changed' | 'aborted' } | { kind: 'failed'; reason: string }

/** Builds in a process of its own. Never rejects; an abort kills the process. */
export const runBundleBuilder = async (
  { place, root, programs }: BuildRequest,
  signal: AbortSignal,
): Promise<BuildOutcome> => {
  try {
    const child = Bun.spawn(
      [process.execPath, resolve(import.meta.dir, 'main.ts'), JSON.stringify({ place, root, programs })],
      {
        cwd: root,
        env: {},
        stdio: ['ignore', 'ignore', 'pipe'],
        killSignal: 'SIGKILL',
        timeout: BUILD_MS_MAX,
        signal,
      },
    )
    const [complaint, exitCode] = await Promise.all([new Response(child.stderr).text(), child.exited])
    if (signal.aborted) return { kind: 'aborted' }
    if (exitCode === 0) return { kind: 'built' }
    if (exitCode === EXIT_CHANGED) return { kind: 'changed' }
    return { kind: 'failed', reason: complaint.trim().slice(0, REASON_CHARACTERS) || `exit code ${exitCode}` }
  } catch (error) {
    if (signal.aborted) return { kind: 'aborted' }
    return { kind: 'failed', reason: String((error as Error).message ?? error) }
  }
}
