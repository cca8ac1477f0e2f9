import { join } from 'node:path'
import postgres from 'postgres'
import { runtimeDirectory } from '../../shared/lifecycle/runtime-directory.ts'
import type { Tally } from '../chaos/tally.ts'
import type { SpawnedOrrery } from '../spawn-orrery.ts'

/** What we read of the supervisor's page `/status`. */
interface Status {
  gateways: { pid: number; state: string }[]
  pools: { workers: { pid: number; state: string }[] }[]
  backends: { pid?: number }[]
}

export type KillKind = 'worker' | 'supervisor' | 'database' | 'gateway'

export interface Kill {
  kind: KillKind
  /** Unix milliseconds. */
  at: number
  /** Runs that a killed worker was executing. */
  owned: string[]
  /** When others were seen to execute them, by id, in Unix milliseconds. */
  claimed: Map<string, number>
}

/** How often each kind is chosen. */
const WEIGHTS: readonly (readonly [KillKind, number])[] = [
  ['worker', 60],
  ['supervisor', 15],
  ['database', 15],
  ['gateway', 10],
]
const LOOK_MS_MAX = 500
const WATCH_EVERY_MS = 20
const WATCH_MS = 5_000
const SOCKET_PORT = 5_432

/** Kills something every now and then until it is stopped. */
export const startKiller = (options: { orrery: SpawnedOrrery; everyMs: readonly [number, number]; tally: Tally }) => {
  const { orrery, everyMs, tally } = options
  const kills: Kill[] = []
  const stopping = new AbortController()
  const sql = postgres({
    path: join(runtimeDirectory(orrery.dataDirectory), 'postgres', `.s.PGSQL.${SOCKET_PORT}`),
    database: 'postgres',
    username: 'postgres',
    max: 1,
    connect_timeout: 1,
    onnotice: () => {},
  })
  const runsOf = async (pid: number): Promise<{ id: string; worker: string }[]> => {
    const rows = sql<{ id: string; worker: string }[]>`
      select run.id::text, run.worker::text from run join journal_worker on run.worker = journal_worker.id
      where journal_worker.pid = ${pid} and journal_worker.alive and run.status = 1`
    const found = await Promise.race([rows.catch(() => []), Bun.sleep(LOOK_MS_MAX)])
    return found ?? []
  }
  /** Looks again and again whose they are. */
  const watchClaims = async ({ at, owned, claimed }: Kill, dead: string): Promise<void> => {
    while (Date.now() < at + WATCH_MS && claimed.size < owned.length && !stopping.signal.aborted) {
      const rows = await sql<{ id: string }[]>`
        select id::text from run where id = any(${owned}::bigint[]) and status <> 0 and worker is distinct from ${dead}`.catch(
        () => [],
      )
      for (const { id } of rows) if (!claimed.has(id)) claimed.set(id, Date.now())
      await Bun.sleep(WATCH_EVERY_MS)
    }
  }
  const note = (kind: KillKind, owned: string[] = []): Kill => {
    const kill = { kind, at: Date.now(), owned, claimed: new Map<string, number>() }
    kills.push(kill)
    tally.did(`killed: ${kind}`)
    return kill
  }

  const killOne = async (kind: KillKind): Promise<void> => {
    if (kind === 'supervisor') {
      note(kind)
      return orrery.succeed()
    }
    const status = await readStatus(orrery)
    const pid = status && choose(victims(status, kind))
    if (!pid) return tally.did('kills without a victim')
    const owned = kind === 'worker' ? await runsOf(pid) : []
    if (!kill9(pid)) return
    const kill = note(
      kind,
      owned.map(({ id }) => id),
    )
    const dead = owned[0]?.worker
    if (dead !== undefined) void watchClaims(kill, dead)
  }
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await Bun.sleep(everyMs[0] + Math.random() * (everyMs[1] - everyMs[0]))
      if (!stopping.signal.aborted) await killOne(chooseKind())
    }
    await sql.end({ timeout: 1 }).catch(() => {})
  }
  const ended = loop()
  return {
    kills: kills as readonly Kill[],
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

const readStatus = async (orrery: SpawnedOrrery): Promise<Status | undefined> => {
  const response = await orrery.ask('/status').catch(() => undefined)
  return response?.ok ? ((await response.json()) as Status) : undefined
}

const victims = (status: Status, kind: KillKind): number[] => {
  if (kind === 'database') return status.backends.flatMap(({ pid }) => pid ?? [])
  const processes = kind === 'gateway' ? status.gateways : status.pools.flatMap(({ workers }) => workers)
  return processes.flatMap(({ pid, state }) => (state === 'ready' && pid > 0 ? pid : []))
}

const choose = (pids: number[]): number | undefined => pids[Math.floor(Math.random() * pids.length)]

const chooseKind = (): KillKind => {
  let left = Math.random() * WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [kind, weight] of WEIGHTS) {
    left -= weight
    if (left < 0) return kind
  }
  return 'worker'
}

/** False when it was gone already. */
const kill9 = (pid: number): boolean => {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}
