import { childrenOf } from './gateway/process-figures.ts'
import type { SpawnedOrrery } from './spawn-orrery.ts'

/** What we read of the page `/status`. */
interface Status {
  supervisor: { pid: number }
  gateways: { pid: number }[]
  pools: { name: string; workers: { pid: number }[] }[]
  backends: { name: string; pid?: number }[]
}

/** Processes of a running Orrery at the moment, by what they are for. `worker` are those of the pool that is measured. */
export const readParts = async (
  orrery: SpawnedOrrery,
  measuredPool: string,
): Promise<Record<'gateway' | 'worker' | 'PostgreSQL' | 'others', number[]>> => {
  const status = (await (await orrery.ask('/status')).json()) as Status
  const postmasters = status.backends.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
  const pidsOf = (pools: Status['pools']) => pools.flatMap(({ workers }) => workers.map(({ pid }) => pid))
  return {
    gateway: status.gateways.map(({ pid }) => pid),
    worker: pidsOf(status.pools.filter(({ name }) => name === measuredPool)),
    PostgreSQL: [...postmasters, ...postmasters.flatMap(childrenOf)],
    others: [status.supervisor.pid, ...pidsOf(status.pools.filter(({ name }) => name !== measuredPool))],
  }
}
