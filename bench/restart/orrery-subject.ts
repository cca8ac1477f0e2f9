import { resolve } from 'node:path'
import { waitFor } from '../../shared/testing/wait-for.ts'
import { isCurrent, readManifest } from '../../supervisor/pool/bundle/bundle-manifest.ts'
import { bundlePlace } from '../../supervisor/pool/bundle/bundle-place.ts'
import { spawnOrrery } from '../spawn-orrery.ts'
import type { Subject } from './subject.ts'

export interface OrrerySubjectOptions {
  name: string
  /** `real`: the services. `bare`: a worker that only serves its socket, under the same supervisor and gateway. */
  workers: 'real' | 'bare'
  /** Whose worker is killed, and what is asked of it. */
  pool: string
  path: string
  spare: number
  databaseUrl?: string | undefined
}

interface Seen {
  pid: number
  state: string
}
interface SeenPool {
  name: string
  workers: Seen[]
  spares?: Seen[]
}

/** The pools of the preset `default`, each with so many spares. */
const configuration = (spare: number): string =>
  [
    ['agent', '"agent"'],
    ['workflow', '"workflow"'],
    ['knowledge', '"knowledge"'],
    ['platform', '"tenant", "link", "console"'],
  ]
    .map(([name, services]) => `[pools.${name}]\nservices = [${services}]\nspare = ${spare}\n`)
    .join('\n')

const ENTRIES = { real: '../supervisor/main.ts', bare: '../supervisor/test/fixtures/supervisor.ts' }
const STATUS_PATHS = { real: '/status', bare: '/' }
const ROOT = resolve(import.meta.dir, '../..')
const READY_MS_MAX = 60_000
/** What a gateway says when it has no worker; anything else comes from one. */
const NOBODY_THERE = [502, 503, 504]

/** A whole Orrery, asked through its gateway. */
export const createOrrerySubject = async (options: OrrerySubjectOptions): Promise<Subject> => {
  const { name, workers, pool, path, spare, databaseUrl } = options
  const orrery = spawnOrrery({
    name: 'restart',
    configuration: configuration(spare),
    entry: ENTRIES[workers],
    environment: databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl },
  })
  const answers = (): Promise<boolean> =>
    fetch(`${orrery.url}${path}`, { headers: { authorization: `Bearer ${orrery.rootKey()}` } }).then(
      async (response) => (await response.text()) !== undefined && !NOBODY_THERE.includes(response.status),
      () => false,
    )
  const seen = async (): Promise<SeenPool | undefined> => {
    const { pools } = (await (await orrery.ask(STATUS_PATHS[workers])).json()) as { pools: SeenPool[] }
    return pools.find((entry) => entry.name === pool)
  }
  /** The pid of the worker, once it and the spares are ready. */
  const readyPid = async (): Promise<number | undefined> => {
    const { workers: slots = [], spares = [] } = (await seen().catch(() => undefined)) ?? {}
    const all = [...slots, ...spares]
    return all.length === 1 + spare && all.every(({ state }) => state === 'ready') ? slots[0]?.pid : undefined
  }
  /** What is killed first was started from the sources; those after it start from the bundle, once there is one. */
  const bundled = () => {
    const bundle = readManifest(bundlePlace(ROOT, orrery.dataDirectory))
    return bundle !== undefined && isCurrent(bundle)
  }
  if (workers === 'real') await waitFor(bundled, { what: 'the bundle of the programs', timeoutMs: READY_MS_MAX })
  return {
    name,
    async settled() {
      const pid = await waitFor(readyPid, { what: `${name} to be ready`, timeoutMs: READY_MS_MAX })
      await waitFor(answers, { what: `${name} to answer` })
      return pid
    },
    answers,
    stop: orrery.stop,
  }
}
