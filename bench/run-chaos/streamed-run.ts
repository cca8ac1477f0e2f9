import { answerKey } from './answer-wait.ts'
import { replyTo } from './chaos-flows.ts'
import { AGAIN_MS, type Driving, RUN_MS_MAX, startBody, think, type WantedRun } from './driven-run.ts'
import { finishRun } from './finish-run.ts'
import { readServerEvents } from './read-server-events.ts'

/** What we read of the wire's frames. */
interface Frame {
  code: number
  message: string
  choices: { delta: { content: string }; finish_reason?: string | null }[]
  event_data?: { event_id: string; value: { content: string } }
}

type StreamEnd =
  | { kind: 'stop' }
  | { kind: 'question'; eventId: string; asked: string }
  | { kind: 'broken'; why: string }

/** Runs a flow as the wire's clients do: reads its stream to the end, and answers questions with streams of their own. */
export const driveStreamed = async (driving: Driving, wanted: WantedRun): Promise<void> => {
  const { tally } = driving
  const begun = await startStream(driving, wanted)
  if (!begun) return
  const { runId, q } = begun
  const { flow } = wanted
  driving.accepted.set(runId, q)
  let shown = ''
  const show = (text: string) => (shown += text)
  let stream: Response | undefined = begun.response
  while (stream) {
    const end = await readStream(stream, show)
    if (end.kind === 'broken') {
      // The gateway alone holds a client's connection; whatever else dies, it goes on.
      if (driving.gatewayDied()) tally.did('streams that broke with the gateway')
      else tally.failed(`${flow.name}: stream broke: ${end.why}`)
      stream = undefined
    } else if (end.kind === 'question') {
      await think()
      stream = await answerStreamed(driving, { eventId: end.eventId, asked: end.asked })
    } else {
      const { text } = flow.expect(q)
      if (shown === text) tally.did('streams whole to the end')
      else tally.failed(`${flow.name}: streamed ${shown} instead of ${text}`)
      stream = undefined
    }
  }
  await finishRun(driving, { flow, q }, { runId, shown })
}

/** A start without an answer cannot be repeated on the wire: another run is started, with a parameter of its own. */
const startStream = async (driving: Driving, wanted: WantedRun) => {
  const { api, tally, abandoned } = driving
  const deadline = performance.now() + RUN_MS_MAX
  for (let attempt = 0; performance.now() < deadline; attempt += 1) {
    const q = attempt === 0 ? wanted.q : `${wanted.q}x${attempt}`
    const { flowId, parameters } = startBody(driving, { ...wanted, q })
    const response = await api
      .send('/workflow/v1/chat/completions', { flow_id: flowId, uid: 'u', stream: true, parameters })
      .catch(() => undefined)
    const runId = response?.headers.get('x-orrery-run-id')
    if (response && isStream(response) && runId) return { runId, q, response }
    abandoned.add(q)
    await response?.text().catch(() => '')
    tally.did('streamed starts given up for another')
    await Bun.sleep(AGAIN_MS)
  }
  tally.failed('a stream could not be started')
  return undefined
}

const isStream = (response: Response): boolean =>
  response.ok && response.headers.get('content-type')?.startsWith('text/event-stream') === true

/** Again and again under its key, until there is a stream: an answer that counted already gets the frames behind it all the same. */
const answerStreamed = async (
  { api, tally }: Driving,
  { eventId, asked }: { eventId: string; asked: string },
): Promise<Response | undefined> => {
  const body = { event_id: eventId, event_type: 'resume', content: replyTo(asked) }
  for (const deadline = performance.now() + RUN_MS_MAX; performance.now() < deadline; await Bun.sleep(AGAIN_MS)) {
    const response = await api.send('/workflow/v1/resume', body, answerKey(eventId)).catch(() => undefined)
    if (response && isStream(response)) {
      tally.did('questions answered in a stream')
      return response
    }
    await response?.text().catch(() => '')
    tally.did('answers in a stream repeated under their key')
  }
  tally.failed('a question could not be answered in a stream')
  return undefined
}

const readStream = async (response: Response, show: (text: string) => void): Promise<StreamEnd> => {
  try {
    for await (const { data } of readServerEvents(response)) {
      const frame = JSON.parse(data) as Frame
      if (frame.code !== 0) return { kind: 'broken', why: `${frame.code} ${frame.message}` }
      const [choice] = frame.choices
      if (frame.event_data) {
        const { event_id, value } = frame.event_data
        return { kind: 'question', eventId: event_id, asked: value.content }
      }
      show(choice?.delta.content ?? '')
      if (choice?.finish_reason === 'stop') return { kind: 'stop' }
    }
    return { kind: 'broken', why: 'ended without a last frame' }
  } catch (error) {
    return { kind: 'broken', why: (error as { code?: string }).code ?? String(error) }
  }
}
