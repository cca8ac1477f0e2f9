import { childrenOf } from '../gateway/process-figures.ts'
import { spawnOrrery } from '../spawn-orrery.ts'
import type { Subject } from './subject.ts'

/** What we read of the page `/status`. */
interface Status {
  supervisor: { pid: number }
  gateways: { pid: number }[]
  pools: { name: string; workers: { pid: number }[] }[]
  backends: { name: string; pid?: number }[]
}

export interface OrrerySubject extends Subject {
  rootKey: string
  /** Flow runs that ended well so far, by its own count. */
  completedRuns(): Promise<number>
}

/** A whole Orrery as it starts without any settings, with its own PostgreSQL. */
export const startOrrerySubject = async (): Promise<OrrerySubject> => {
  const orrery = spawnOrrery({ name: 'flow-http', configuration: '', quiet: true })
  await orrery.ready()
  const rootKey = orrery.rootKey()
  return {
    name: 'Orrery',
    url: orrery.url,
    rootKey,
    async parts() {
      const status = (await (await orrery.ask('/status')).json()) as Status
      const postmasters = status.backends.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
      const workflow = status.pools.filter(({ name }) => name === 'workflow')
      const others = status.pools.filter(({ name }) => name !== 'workflow')
      const pidsOf = (pools: Status['pools']) => pools.flatMap(({ workers }) => workers.map(({ pid }) => pid))
      return {
        gateway: status.gateways.map(({ pid }) => pid),
        worker: pidsOf(workflow),
        PostgreSQL: [...postmasters, ...postmasters.flatMap(childrenOf)],
        others: [status.supervisor.pid, ...pidsOf(others)],
      }
    },
    async completedRuns() {
      const page = await fetch(`${orrery.url}/metrics`, { headers: { authorization: `Bearer ${rootKey}` } })
      const counts = (await page.text()).matchAll(/^orrery_workflow_runs_completed_total(?:\{[^}]*\})? (\d+)/gm)
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
    },
    stop: orrery.stop,
  }
}
