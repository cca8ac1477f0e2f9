/** A conversation through the whole system: its worker is killed in the middle of an answer, and its client notices a pause at most. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { readEvents } from '../test/conversation-client.ts'

let orrery: RunningOrrery
beforeAll(async () => {
  orrery = await startOrrery({ env: { ORRERY_REHEARSAL_TOKEN_MS: '40' } })
}, 120_000)
afterAll(() => orrery?.stop(), 60_000)

const call = (method: string, path: string, body?: object) =>
  fetch(`${orrery.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${orrery.rootKey}`,
      'x-consumer-username': 'starter',
      'content-type': 'application/json',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })

/** All of them: whichever has the turn is among them. */
const killAgentWorkers = async (): Promise<void> => {
  const { pools } = await orrery.status()
  const workers = pools.filter(({ services }) => services.includes('agent')).flatMap((pool) => pool.workers)
  const pids = workers.filter(({ state }) => state === 'ready').map(({ pid }) => pid)
  expect(pids.length).toBeGreaterThan(0)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
}

test('the stream goes on where it was, event by event, and the conversation holds what was shown', async () => {
  const { id } = (await (await call('POST', '/api/conversations', { botId: 'starter', uid: 'u1' })).json()) as {
    id: string
  }
  const question = 'Tell me at some length what you can do for me today, please.'
  const response = await call('POST', `/api/conversations/${id}/messages`, { content: question, stream: true })
  expect(response.status).toBe(200)
  const decoder = new TextDecoder()
  let text = ''
  let isKilled = false
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    if (isKilled || readEvents(text).length < 4) continue
    isKilled = true
    await killAgentWorkers()
  }
  expect(isKilled).toBe(true)

  const events = readEvents(text)
  const told = events.slice(0, -1)
  expect(told.map((event) => event.id)).toEqual(told.map((_, index) => String(index)))
  expect(told.some(({ event }) => event === 'continued')).toBe(true)
  const last = events.at(-1)
  const shown = told.map(({ data }) => (data.type === 'model-delta' ? String(data.content) : '')).join('')
  expect(last).toMatchObject({ event: 'message', data: { role: 'assistant', failure: null, content: shown.trim() } })

  const stored = (await (await call('GET', `/api/conversations/${id}/messages`)).json()) as { messages: object[] }
  expect(stored.messages).toMatchObject([{ role: 'user', content: question }, { ...last?.data }])
}, 120_000)
