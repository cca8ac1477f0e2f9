import { CHAOS_FLOWS, type Surroundings } from './chaos-flows.ts'
import { APP, type RunApi } from './run-api.ts'

/** Saves and publishes all flows as a client would; returns their ids by name. */
export const publishFlows = async (
  api: RunApi,
  urls: Pick<Surroundings, 'modelUrl' | 'effectsUrl'>,
): Promise<ReadonlyMap<string, string>> => {
  const ids = new Map<string, string>()
  const call = async (path: string, body: object): Promise<{ id?: string }> => {
    const response = await api.send(path, body)
    const answer = (await response.json()) as { id?: string; code?: number }
    if (!response.ok || answer.code) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
  const flowId = (name: string): string => {
    const id = ids.get(name)
    if (id === undefined) throw new Error(`${name} is published later`)
    return id
  }
  for (const { name, define } of CHAOS_FLOWS) {
    const definition = { id: '', name, description: '', version: 'v3.0.0', ...define({ ...urls, flowId }) }
    const { id = '' } = await call('/api/flows', { name, appId: APP, definition })
    await call('/workflow/v1/publish', { flow_id: id, release_status: 1, plat: 1, version: 'v1.0' })
    ids.set(name, id)
  }
  return ids
}
