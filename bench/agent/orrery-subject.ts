import { readParts } from '../orrery-parts.ts'
import { spawnOrrery } from '../spawn-orrery.ts'

const APP_ID = 'starter'
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

  return {
    name: 'Orrery',
    url: orrery.url,
    parts: () => readParts(orrery, 'agent'),
    headers,
    agentModel: `agent:${BOT_ID}`,
    model: MODEL,
    botId: BOT_ID,
    stop: orrery.stop,
  }
}
