import { question } from '../../services/workflow/test/build-container.ts'
import { end, flow, ref, start } from '../../services/workflow/test/build-flow.ts'

const APP = 'waiting'
/** A year: nothing of what waits here ends by itself. */
const TIMEOUT_MINUTES = 366 * 24 * 60
const START = 'node-start::s'
const QUESTION = 'question-answer::a'

const asking = flow(
  [
    start('q'),
    question('a', 'Who is {{q}}?', {
      inputs: { q: ref(START, 'q') },
      param: { timeout: TIMEOUT_MINUTES, source: 'openai', model: 'm', domain: 'm' },
    }),
    end({ a: ref(QUESTION, 'content') }, 'It is {{a}}.'),
  ],
  [
    [START, QUESTION],
    [QUESTION, 'node-end::e'],
  ],
)

export interface AskingFlow {
  appId: string
  /** Starts a run; resolves with the id of its question once the run asks. */
  ask(q: string): Promise<string>
  /** Answers a question; its stream is the rest of the run. */
  answer(eventId: string, content: string): Promise<Response>
}

/** Saves and publishes a flow that asks one question. */
export const publishAskingFlow = async (url: string, rootKey: string): Promise<AskingFlow> => {
  const send = (path: string, body: object) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rootKey}`, 'x-consumer-username': APP, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const call = async <Answer>(path: string, body: object): Promise<Answer> => {
    const response = await send(path, body)
    const answer = (await response.json()) as Answer & { code?: number }
    if (!response.ok || answer.code) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
  const definition = { id: '', name: 'asking', description: '', version: 'v3.0.0', ...asking }
  const { id } = await call<{ id: string }>('/api/flows', { name: 'asking', appId: APP, definition })
  await call('/workflow/v1/publish', { flow_id: id, release_status: 1, plat: 1, version: 'v1.0' })
  return {
    appId: APP,
    async ask(q) {
      const body = { flow_id: id, uid: 'u', stream: false, parameters: { q } }
      const frame = await call<{ event_data?: { event_id: string } }>('/workflow/v1/chat/completions', body)
      if (!frame.event_data) throw new Error(`no question: ${JSON.stringify(frame)}`)
      return frame.event_data.event_id
    },
    answer: (eventId, content) => send('/workflow/v1/resume', { event_id: eventId, event_type: 'resume', content }),
  }
}
