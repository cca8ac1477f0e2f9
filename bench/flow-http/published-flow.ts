import { end, flow, joiner, ref, start } from '../../services/workflow/test/build-flow.ts'

const APP = 'bench'
const START = 'node-start::s'
const JOINER = 'text-joiner::t'

/** start -> text joiner -> end */
const template = flow(
  [
    start('text'),
    joiner('t', { text: ref(START, 'text') }, 'You said: {{text}}'),
    end({ answer: ref(JOINER, 'output') }, '{{answer}}'),
  ],
  [
    [START, JOINER],
    [JOINER, 'node-end::e'],
  ],
)

/** What a client sends, to whichever server. */
export interface FlowRequest {
  path: string
  /** Header lines beside Authorization. */
  headers: string[]
  /** JSON text. */
  body(stream: boolean): string
}

/** Saves and publishes the flow as a client would, through the gateway. */
export const publishFlow = async (url: string, rootKey: string): Promise<FlowRequest> => {
  const call = async (path: string, body: object): Promise<{ id?: string; code?: number }> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rootKey}`, 'x-consumer-username': APP, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as { id?: string; code?: number }
    if (!response.ok || answer.code) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
  const envelope = { id: '', name: 'template', description: '', version: 'v3.0.0', ...template }
  const { id } = await call('/api/flows', { name: 'template', appId: APP, definition: envelope })
  await call('/workflow/v1/publish', { flow_id: id, release_status: 1, plat: 1, version: 'v1.0' })
  return {
    path: '/workflow/v1/chat/completions',
    headers: [`x-consumer-username: ${APP}`],
    body: (stream) => JSON.stringify({ flow_id: id, uid: 'u1', stream, parameters: { text: 'hello' } }),
  }
}
