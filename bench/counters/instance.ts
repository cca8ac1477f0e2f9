import { waitFor } from '../../shared/testing/wait-for.ts'
import { spawnOrrery } from '../spawn-orrery.ts'

/** A real Orrery whose every process may be killed, its supervisor included: the next one takes over what lives. */
export interface Instance {
  url: string
  headers: Record<string, string>
  kill(target: Target): Promise<void>
  stop(): Promise<void>
}

export type Target = 'worker' | 'gateway' | 'supervisor'

/** Several workers each, so that load goes on while some are away. */
const CONFIGURATION = `
[pools.agent]
services = ["agent"]
min = 2

[pools.workflow]
services = ["workflow"]
min = 2

[pools.others]
services = ["knowledge", "tenant", "link", "console"]
min = 2
`

export const startInstance = async (): Promise<Instance> => {
  const orrery = spawnOrrery({
    name: 'counters',
    configuration: CONFIGURATION,
    environment: { ORRERY_REHEARSAL_TOKEN_MS: '0' },
    quiet: true,
  })
  await orrery.ready()

  /** A process that is ready now; waits until there is one. */
  const pickPid = (target: 'worker' | 'gateway') =>
    waitFor(
      async () => {
        const { pools, gateways } = (await (await orrery.ask('/status')).json()) as Record<
          'pools' | 'gateways',
          { workers: Seen[] }[]
        >
        const all = target === 'worker' ? pools.flatMap(({ workers }) => workers) : (gateways as unknown as Seen[])
        const ready = all.filter(({ state }) => state === 'ready')
        return ready[Math.floor(Math.random() * ready.length)]?.pid
      },
      { what: `a ${target} that is ready`, timeoutMs: 60_000 },
    )

  return {
    url: orrery.url,
    headers: { authorization: `Bearer ${orrery.rootKey()}` },
    async kill(target) {
      if (target !== 'supervisor') return void process.kill(await pickPid(target), 'SIGKILL')
      await orrery.succeed()
      const answers = () => orrery.ask('/health/live').then(Boolean, () => false)
      await waitFor(answers, { what: 'the next supervisor', timeoutMs: 60_000 })
    },
    stop: orrery.stop,
  }
}

interface Seen {
  pid: number
  state: string
}
