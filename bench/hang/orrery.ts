import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Death } from '../../supervisor/pool/supervision.ts'
import { spawnOrrery } from '../spawn-orrery.ts'

/** One worker of the pool that is hung. */
export interface WorkerSeen {
  pid: number
  state: string
}

export interface BenchOrrery {
  url: string
  headers: Record<string, string>
  /** Of the pool `agent`. */
  workers(): Promise<WorkerSeen[]>
  deaths(): Promise<Death[]>
  /** When the supervisor took a worker out of its routes, in Unix milliseconds, for each time. */
  takenOut(): number[]
  stop(): Promise<void>
}

/** Two workers for the service that is asked, so that one is left when the other hangs. */
const CONFIGURATION = `
[pools.agent]
services = ["agent"]
min = 2

[pools.others]
services = ["workflow", "knowledge", "tenant", "link", "console"]
`

/** Starts the real thing on a port of its own, below the temporary directory. */
export const startBenchOrrery = async (): Promise<BenchOrrery> => {
  const orrery = spawnOrrery({ name: 'hang', configuration: CONFIGURATION, entry: 'hang/supervisor.ts' })
  await orrery.ready()
  const ask = async (path: string) => (await orrery.ask(path)).json()

  return {
    url: orrery.url,
    headers: { authorization: `Bearer ${orrery.rootKey()}` },
    async workers() {
      const { pools } = (await ask('/status')) as { pools: { name: string; workers: WorkerSeen[] }[] }
      return pools.find(({ name }) => name === 'agent')?.workers ?? []
    },
    deaths: async () => (await ask('/deaths')) as Death[],
    takenOut() {
      const lines = readFileSync(join(orrery.dataDirectory, 'logs/supervisor.log'), 'utf8').trim().split('\n')
      const records = lines.map((line) => JSON.parse(line) as { msg: string; time: string })
      return records.filter(({ msg }) => msg === 'worker is silent').map(({ time }) => Date.parse(time))
    },
    stop: orrery.stop,
  }
}
