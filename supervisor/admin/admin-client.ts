import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { adminSocketPath } from '#shared/lifecycle/runtime-directory.ts'
import type { Death } from '../pool/supervision.ts'
import type { ReloadOutcome, ReloadRequest } from '../reload/reload-outcome.ts'
import { OperationRefusedError, SupervisorAwayError } from './errors.ts'
import { readProgress } from './read-progress.ts'
import type { StatusDocument } from './status-document.ts'

/** A running supervisor, as the command line talks to it. Every method throws SupervisorAwayError when there is none, and OperationRefusedError. */
export interface AdminClient {
  status(): Promise<StatusDocument>
  deaths(): Promise<Death[]>
  /** Replaces a worker; resolves once the new one is ready. */
  restartWorker(pid: number): Promise<void>
  /** Reads the configuration again and applies the difference. */
  reload(request: ReloadRequest, watch: Watch): Promise<ReloadOutcome>
  /** What `reload` would do now. */
  previewReload(request: ReloadRequest): Promise<ReloadOutcome>
  /** Gives a pool so many workers. */
  scalePool(pool: string, count: number, watch: Watch): Promise<{ count: number; ready: number }>
  /** Takes a pool out of rotation; resolves with how many requests are left in it. */
  drainPool(pool: string, watch: Watch): Promise<{ left: number }>
  /** Replaces the worker of a slot. */
  replaceSlot(pool: string, slot: number, watch: Watch): Promise<void>
  /** Begins the orderly stop. */
  stop(): Promise<void>
}

/** How somebody follows an operation that takes a while. When `signal` aborts, it goes on without them. */
export interface Watch {
  progress(text: string): void
  signal: AbortSignal
}

const ANSWER_MS_MAX = 30_000

/** Finds the supervisor of a data directory by its admin socket. */
export const createAdminClient = (dataDirectory: string): AdminClient => {
  const unix = adminSocketPath(realPathOf(dataDirectory))
  const ask = async (path: string, method = 'GET'): Promise<unknown> => {
    const response = await fetch(`http://supervisor${path}`, {
      unix,
      method,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    }).catch((error: unknown) => {
      throw new SupervisorAwayError(dataDirectory, error)
    })
    const body = (await response.json()) as { code?: string; detail?: string; remedy?: string }
    if (!response.ok) throw new OperationRefusedError(body)
    return body
  }
  const follow = async (path: string, { progress, signal }: Watch): Promise<unknown> => {
    const away = (error: unknown): never => {
      throw signal.aborted ? error : new SupervisorAwayError(dataDirectory, error)
    }
    const response = await fetch(`http://supervisor${path}`, { unix, method: 'POST', signal }).catch(away)
    if (!response.ok) throw new OperationRefusedError((await response.json()) as { detail?: string })
    const last = await readProgress(response, progress).catch(away)
    if (!last) return away(new Error('the answer broke off'))
    if ('problem' in last) throw new OperationRefusedError(last.problem)
    return last.result
  }
  const queryOf = ({ strategy, code }: ReloadRequest) => `strategy=${strategy}&code=${code ? 1 : 0}`
  const pathOf = (pool: string) => `/pools/${encodeURIComponent(pool)}`
  return {
    status: async () => (await ask('/status')) as StatusDocument, // our own program, of the same version
    deaths: async () => (await ask('/deaths')) as Death[],
    restartWorker: async (pid) => void (await ask(`/workers/${pid}/restart`, 'POST')),
    reload: async (request, watch) => (await follow(`/reload?${queryOf(request)}`, watch)) as ReloadOutcome,
    previewReload: async (request) => (await ask(`/reload?${queryOf(request)}`)) as ReloadOutcome,
    scalePool: async (pool, count, watch) =>
      (await follow(`${pathOf(pool)}/scale?count=${count}`, watch)) as { count: number; ready: number },
    drainPool: async (pool, watch) => (await follow(`${pathOf(pool)}/drain`, watch)) as { left: number },
    replaceSlot: async (pool, slot, watch) => void (await follow(`${pathOf(pool)}/slots/${slot}/replace`, watch)),
    stop: async () => void (await ask('/stop', 'POST')),
  }
}

/** The supervisor names its sockets after the real path. */
const realPathOf = (directory: string): string => {
  try {
    return realpathSync(directory)
  } catch {
    return resolve(directory)
  }
}
