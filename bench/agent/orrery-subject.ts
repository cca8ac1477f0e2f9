import { readProcessActivity } from '../../supervisor/pool/process-activity.ts'
import { childrenOf } from '../gateway/process-figures.ts'
import { spawnOrrery } from '../spawn-orrery.ts'

/** What we read of the page `/status`. */
interface Status {
  supervisor: { pid: number }
  gateways: { pid: number }[]
  pools: { name: string; workers: { pid: number }[] }[]
  backends: { name: string; pid?: number }[]
}

export const APP_ID = 'starter'
const MODEL = 'paced'
const BOT_ID = 'bench'

/** A whole Orrery as it starts without any settings, with a saved model at `modelUrl` and an agent that uses it. */
export const startOrrerySubject = async (modelUrl: string) => {
  const orrery = spawnOrrery({ name: 'bench-agent', configuration: '', quiet: true })
  await orrery.ready()
  const headers = { authorization: `Bearer ${orrery.rootKey()}`, 'x-consumer-username': APP_ID }
  const create = async (path: string, body: object) => {
    const response = await fetch(`${orrery.url}${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`)
  }
  await create('/api/models', { name: MODEL, provider: 'openai', url: modelUrl, modelId: 'paced-1' })
  await create('/api/agents', { botId: BOT_ID, instruction: 'Be brief.', model: MODEL, tools: [] })

  /** Its processes, by what they are for. */
  const parts = async (): Promise<Record<string, number[]>> => {
    const status = (await (await orrery.ask('/status')).json()) as Status
    const postmasters = status.backends.flatMap(({ pid }) => (pid === undefined ? [] : [pid]))
    const pidsOf = (pools: Status['pools']) => pools.flatMap(({ workers }) => workers.map(({ pid }) => pid))
    return {
      gateway: status.gateways.map(({ pid }) => pid),
      agent: pidsOf(status.pools.filter(({ name }) => name === 'agent')),
      PostgreSQL: [...postmasters, ...postmasters.flatMap(childrenOf)],
      others: [status.supervisor.pid, ...pidsOf(status.pools.filter(({ name }) => name !== 'agent'))],
    }
  }
  return {
    url: orrery.url,
    headers,
    agentModel: `agent:${BOT_ID}`,
    model: MODEL,
    botId: BOT_ID,
    /** Processor time so far of each part, in ms. */
    async cpu(): Promise<Record<string, number>> {
      const sum = (pids: number[]) => pids.reduce((total, pid) => total + (readProcessActivity(pid)?.cpuMs ?? 0), 0)
      return Object.fromEntries(Object.entries(await parts()).map(([part, pids]) => [part, sum(pids)]))
    },
    stop: orrery.stop,
  }
}
