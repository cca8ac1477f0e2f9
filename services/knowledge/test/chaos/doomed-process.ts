import { resolve } from 'node:path'
import type { IndexEngine } from '../../tables.ts'
import { APP, type temporaryKnowledge } from '../temporary-knowledge.ts'
import type { KillPoint } from './kill-points.ts'

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

const PROGRAM = resolve(import.meta.dir, 'doomed-worker.ts')
/** Nobody dies here. */
export const NEVER = 1_000_000_000

/** Starts the whole service in a process that dies when it passes a point for the nth time; see doomed-worker.ts. */
export const startDoomedProcess = async (
  knowledge: Knowledge,
  doom: { point: KillPoint; nth: number },
  engine: IndexEngine = 'segments',
) => {
  const socket = resolve(knowledge.dataDirectory, `worker-${crypto.randomUUID().slice(0, 8)}.sock`)
  const child = Bun.spawn(
    [
      ...[process.execPath, PROGRAM, knowledge.databaseUrl, knowledge.dataDirectory, socket],
      ...[doom.point, String(doom.nth), engine],
    ],
    { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' },
  )
  const { value } = await child.stdout.getReader().read()
  let wasShot = false
  return {
    /** NaN when it died before it had one. */
    id: Number(new TextDecoder().decode(value)),
    isDead: () => child.exitCode !== null || child.signalCode !== null,
    killedBySelf: () => !wasShot,
    /** Resolves when it is dead, or after some time. */
    death: (msMax: number) => Promise.race([child.exited, Bun.sleep(msMax)]),
    async kill() {
      wasShot = true
      child.kill('SIGKILL')
      await child.exited
    },
    /** Undefined when the process died before its answer was whole. */
    async ask(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown } | undefined> {
      try {
        const url = `http://knowledge.test${path}`
        const response = await fetch(url, { ...init, unix: socket, headers: { ...APP, ...init.headers } })
        const text = await response.text()
        return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
      } catch {
        return undefined
      }
    },
  }
}
export type DoomedProcess = Awaited<ReturnType<typeof startDoomedProcess>>
