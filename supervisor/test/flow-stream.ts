import type { startOrrery } from '#shared/testing/start-orrery.ts'

export type Orrery = Awaited<ReturnType<typeof startOrrery>>

/** Id of the starter flow that asks the handbook and the rehearsal model. */
export const HANDBOOK_FLOW = '102'

export const QUESTION = 'What are the four promises of Orrery?'

/** Headers of root acting for the starter app. */
export const asStarter = (orrery: Orrery): Record<string, string> => ({
  authorization: `Bearer ${orrery.rootKey}`,
  'x-consumer-username': 'starter',
  'content-type': 'application/json',
})

/** Starts that flow, streaming. */
export const askFlow = (orrery: Orrery, stream = true): Promise<Response> =>
  fetch(`${orrery.url}/workflow/v1/chat/completions`, {
    method: 'POST',
    headers: asStarter(orrery),
    body: JSON.stringify({ flow_id: HANDBOOK_FLOW, uid: 'u', stream, parameters: { AGENT_USER_INPUT: QUESTION } }),
  })

/** Reads a stream until `text` chunks were shown; returns how the reader stands then. Ends early when the stream does. */
export const readChunks = async (response: Response, chunksMin: number): Promise<string> => {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    if (shownText(text).length >= chunksMin) break
  }
  return text
}

/** The pieces of answer text in a stream of the wire's frames, in order. */
export const shownText = (stream: string): string[] =>
  [...stream.matchAll(/^data: (\{.*\})$/gm)].flatMap(([, frame = '{}']) => {
    const { choices } = JSON.parse(frame) as { choices?: { delta?: { content?: string } }[] }
    const content = choices?.[0]?.delta?.content
    return content ? [content] : []
  })

export interface RunView {
  id: string
  state: string
  result: { content: string }
}

export const getRun = async (orrery: Orrery, runId: string): Promise<RunView | undefined> => {
  const response = await fetch(`${orrery.url}/api/runs/${runId}`, { headers: asStarter(orrery) }).catch(() => undefined)
  return response?.ok ? ((await response.json()) as RunView) : undefined
}

/** Pid of the worker that hosts a service. */
export const workerPid = async (orrery: Orrery, service: string): Promise<number> => {
  const { pools } = await orrery.status()
  return pools.find((pool) => pool.services.includes(service))?.workers[0]?.pid ?? 0
}
