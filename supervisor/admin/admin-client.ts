import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { adminSocketPath } from '#shared/lifecycle/runtime-directory.ts'
import type { Death } from '../pool/supervision.ts'
import { SupervisorAwayError } from './errors.ts'
import type { StatusDocument } from './status-document.ts'

/** A running supervisor, as the command line talks to it. Every method throws SupervisorAwayError when there is none. */
export interface AdminClient {
  status(): Promise<StatusDocument>
  deaths(): Promise<Death[]>
  /** Replaces a worker; resolves once the new one is ready. */
  restartWorker(pid: number): Promise<void>
  /** Begins the orderly stop. */
  stop(): Promise<void>
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
    const body = (await response.json()) as { detail?: string; remedy?: string }
    if (!response.ok) throw new Error(`${body.detail ?? response.statusText} ${body.remedy ?? ''}`.trim())
    return body
  }
  return {
    status: async () => (await ask('/status')) as StatusDocument, // our own program, of the same version
    deaths: async () => (await ask('/deaths')) as Death[],
    restartWorker: async (pid) => void (await ask(`/workers/${pid}/restart`, 'POST')),
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
