import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createAdminClient } from '../admin/admin-client.ts'
import type { ReloadOutcome, ReloadRequest } from '../reload/reload-outcome.ts'
import { type FixtureOrrery, makeDataDirectory, startFixture } from './fixture-orrery.ts'

/** A fixture whose workers are as its release says, with what tests of reloads do to it. */
export interface ReloadedOrrery extends FixtureOrrery {
  client: ReturnType<typeof createAdminClient>
  /** Writes orrery.toml. */
  configure(toml: string): void
  reload(request?: Partial<ReloadRequest>): Promise<ReloadOutcome>
  /** Process ids of all workers by pool, slots in order. */
  workerPids(): Promise<Record<string, number[]>>
  gatewayPid(): Promise<number>
  /** The environment of an earlier request's worker: what a request gets told. */
  askWorker(): Promise<{ status: number; body: { pid: number; tokenMs: number; services: string[] } }>
}

export const NOBODY = { progress: () => undefined, signal: new AbortController().signal }

export const startReloaded = async (
  toml = '',
  options: { dataDirectory?: string; port?: number; env?: Record<string, string> } = {},
): Promise<ReloadedOrrery> => {
  const dataDirectory = options.dataDirectory ?? makeDataDirectory()
  const configure = (text: string) => writeFileSync(join(dirname(dataDirectory), 'orrery.toml'), text)
  if (toml) configure(toml)
  const orrery = await startFixture({ ...options, dataDirectory, worker: 'release-worker.ts' })
  const client = createAdminClient(dataDirectory)
  return {
    ...orrery,
    client,
    configure,
    reload: (request) => client.reload({ strategy: 'rolling', code: false, ...request }, NOBODY),
    async workerPids() {
      const { pools } = await orrery.facts()
      return Object.fromEntries(pools.map(({ name, workers }) => [name, workers.map(({ pid }) => pid)]))
    },
    async gatewayPid() {
      return (await orrery.facts()).gateways[0]?.pid ?? 0
    },
    async askWorker() {
      const key = readFileSync(join(dataDirectory, 'root-key'), 'utf8').trim()
      const response = await fetch(`http://127.0.0.1:${orrery.port}/agent/v1/y`, {
        headers: { authorization: `Bearer ${key}` },
      })
      return { status: response.status, body: (await response.json()) as never }
    },
  }
}
