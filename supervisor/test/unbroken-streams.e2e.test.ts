/** Streaming runs whose workers are killed at random: each client sees every frame, once and in order, on the connection it opened. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { askFlow, asStarter, HANDBOOK_FLOW, type Orrery, QUESTION, workerPid } from './flow-stream.ts'

/** Per kind of stream; set UNBROKEN_STREAMS for a larger run. */
const STREAMS = Number(process.env.UNBROKEN_STREAMS ?? 60)
const AT_ONCE = Math.max(20, STREAMS / 8)
/** A pool that dies more than five times in half a minute is held back as a crash loop; each death here breaks all streams at once. */
const KILL_PAUSE_MS = 1_500

let orrery: Orrery
beforeAll(async () => {
  orrery = await startOrrery({ env: { ORRERY_REHEARSAL_TOKEN_MS: '50' } })
}, 60_000)
afterAll(() => orrery?.stop())

const askAgent = (): Promise<Response> =>
  fetch(`${orrery.url}/v1/chat/completions`, {
    method: 'POST',
    headers: asStarter(orrery),
    body: JSON.stringify({
      model: 'agent:starter',
      stream: true,
      messages: [{ role: 'user', content: 'Tell me at some length what you can do for me today, please.' }],
    }),
  })

const askBot = (): Promise<Response> =>
  fetch(`${orrery.url}/agent/v1/chat/completions`, {
    method: 'POST',
    headers: asStarter(orrery),
    body: JSON.stringify({
      bot_id: 'starter',
      uid: 'u',
      stream: true,
      messages: [{ role: 'user', content: 'Tell me at some length what you can do for me today, please.' }],
    }),
  })

const askFlowAsModel = (): Promise<Response> =>
  fetch(`${orrery.url}/v1/chat/completions`, {
    method: 'POST',
    headers: asStarter(orrery),
    body: JSON.stringify({
      model: `flow:${HANDBOOK_FLOW}`,
      stream: true,
      messages: [{ role: 'user', content: QUESTION }],
    }),
  })

const kinds = [
  { service: 'workflow', kills: 4, what: 'flows', ask: () => askFlow(orrery) },
  { service: 'agent', kills: 2, what: 'agents over the OpenAI façade', ask: askAgent },
  { service: 'agent', kills: 2, what: 'bots', ask: askBot },
  { service: 'agent', kills: 2, what: 'flows over the OpenAI façade', ask: askFlowAsModel },
  { service: 'workflow', kills: 2, what: 'flows over the OpenAI façade', ask: askFlowAsModel },
]

/** What must be the same in each stream of a kind: all but ids, times, durations, and the blank line of one that was silent at first. */
const normalise = (stream: string): string =>
  stream
    .replace(/^\n+/, '')
    .replace(/"(id|sid)":"[^"]*"/g, '"$1":""')
    .replace(/"(created|node_exec_cost|executed_time)":[\d.]+/g, '"$1":0')

/** A stream that began: one that was refused before its first byte says so by its status, and is asked for again. */
const begin = async (ask: () => Promise<Response>): Promise<Response> => {
  for (;;) {
    const response = await ask()
    if (response.status === 200) return response
    await response.body?.cancel()
    await Bun.sleep(KILL_PAUSE_MS / 10)
  }
}

for (const { service, kills, what, ask } of kinds) {
  test(`${STREAMS} streams of ${what} outlive the workers of ${service}`, async () => {
    const undisturbed = normalise(await (await ask()).text())
    expect(undisturbed.length).toBeGreaterThan(500)

    const killing = (async () => {
      for (let kill = 0; kill < kills; kill += 1) {
        await Bun.sleep(KILL_PAUSE_MS * (0.5 + Math.random()))
        process.kill(await waitFor(() => workerPid(orrery, service), { what: `a worker of ${service}` }), 'SIGKILL')
      }
    })()
    const texts: string[] = []
    let left = STREAMS
    const reader = async () => {
      while (left-- > 0) texts.push(normalise(await (await begin(ask)).text()))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, reader))
    await killing

    expect(texts).toHaveLength(STREAMS)
    for (const text of texts) expect(text).toBe(undisturbed)
  }, 600_000)
}
