/** kill -9 of PostgreSQL under a system that has answered every kind of call: each is answered again, and nobody is told of a failure that none was. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { type Answer, type DatabaseCall, prepareCalls } from './database-calls.ts'
import { askFlow, asStarter, shownText } from './flow-stream.ts'

const ANSWER_MS_MAX = 30_000

let orrery: RunningOrrery
let calls: DatabaseCall[]
let runFlow: () => Promise<Answer>
/** Called whenever a tool or a model of the test is. */
let onOutside = (_: 'tool' | 'model') => {}
const sky = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(request) {
    if (request.method === 'POST') onOutside('tool')
    return Response.json({ sky: 'clear' })
  },
})
const model = startModelServer(() => {
  onOutside('model')
  return modelWords('Look ', 'up.')
})

beforeAll(async () => {
  orrery = await startOrrery({ env: { ORRERY_OUTBOUND_ALLOW: '127.0.0.1' } })
  ;({ calls, runFlow } = await prepareCalls(orrery, { toolUrl: sky.url.origin, modelUrl: model.url }))
}, 120_000)
afterAll(async () => {
  await orrery?.stop()
  await sky.stop(true)
  await model[Symbol.asyncDispose]()
}, 120_000)

const isGood = (call: DatabaseCall, { status, text }: Answer) => status < 300 && call.good.test(text)

/** A refusal that says that the database is away and when to come back: 503, or the wire's envelope. */
const isHonest = ({ status, headers, text }: Answer) =>
  headers.has('retry-after') && (status === 503 || (status === 200 && /database is away/.test(text)))

const askAll = async (isProper: (call: DatabaseCall, answer: Answer) => boolean, onFirst = () => {}) => {
  const told = await Promise.all(
    calls.map(async (call) => {
      const answer = await call.ask()
      onFirst()
      if (isProper(call, answer) && answer.ms < ANSWER_MS_MAX) return []
      return [`${call.name}: ${answer.status} after ${answer.ms} ms ${answer.text.slice(0, 300)}`]
    }),
  )
  return told.flat()
}

const findDatabase = async (): Promise<{ pid: number; state: string }> => {
  const [postgres] = (await orrery.status()).backends
  return { pid: postgres?.pid ?? 0, state: postgres?.state ?? '' }
}
const isBack = (dead: number) =>
  waitFor(
    async () => {
      const { pid, state } = await findDatabase()
      return state === 'ready' && pid !== dead
    },
    { what: 'PostgreSQL to be back', timeoutMs: 45_000 },
  )

const complaints = (): string[] => {
  const logs = join(orrery.dataDirectory, 'logs')
  return readdirSync(logs)
    .flatMap((name) => readFileSync(join(logs, name), 'utf8').split('\n'))
    .filter((line) => /unexpected failure|chat request failed|bot configuration failed|worker failed/.test(line))
}

const workers = async (): Promise<number[]> =>
  (await orrery.status()).pools.flatMap((pool) => pool.workers.map(({ pid }) => pid)).sort((a, b) => a - b)

test('every kind of call is answered before, while PostgreSQL is dead, and after, twice over', async () => {
  expect(await askAll(isGood)).toEqual([])
  const before = await workers()
  const isAnswered = (call: DatabaseCall, answer: Answer) => isGood(call, answer) || isHonest(answer)

  const first = await findDatabase()
  process.kill(first.pid, 'SIGKILL')
  expect(await askAll(isAnswered)).toEqual([])
  await isBack(first.pid)
  expect(await askAll(isGood)).toEqual([])

  const second = await findDatabase()
  let isKilled = false
  const kill = () => {
    if (!isKilled) process.kill(second.pid, 'SIGKILL')
    isKilled = true
  }
  expect(await askAll(isAnswered, kill)).toEqual([])
  await isBack(second.pid)
  expect(await askAll(isGood)).toEqual([])

  expect(complaints().map((line) => line.slice(0, 600))).toEqual([])
  expect(await workers()).toEqual(before)
}, 120_000)

const KILLS = 3
const ASKERS = 4

test('each run and each turn that was accepted waits for the database and ends as it would have, whenever that dies', async () => {
  const headers = asStarter(orrery)
  const post = (path: string, body: object) =>
    fetch(`${orrery.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const chat = async () => {
    const messages = [{ role: 'user', content: 'Tell me something.' }]
    const response = await post('/agent/v1/chat/completions', { bot_id: 'starter', uid: 'u', messages, stream: true })
    return { kind: 'turn', response, text: shownText(await response.text()).join('') }
  }
  const flow = async () => {
    const response = await askFlow(orrery)
    return { kind: 'run', response, text: shownText(await response.text()).join('') }
  }
  const rightText = { run: (await flow()).text, turn: (await chat()).text }
  expect(Math.min(rightText.run.length, rightText.turn.length)).toBeGreaterThan(20)

  let isOver = false
  let accepted = 0
  const wrong: string[] = []
  const asker = async (ask: typeof chat) => {
    while (!isOver) {
      const { kind, response, text } = await ask()
      if (!response.headers.has('x-orrery-run-id')) continue // refused: the next one is another
      accepted += 1
      if (text !== rightText[kind as 'run' | 'turn']) wrong.push(`${kind}: ${text}`)
    }
  }
  const askers = Array.from({ length: ASKERS }, (_, number) => asker(number % 2 === 0 ? flow : chat))
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { pid } = await findDatabase()
    const before = accepted
    await waitFor(() => accepted > before + ASKERS, { what: 'answers before the kill', timeoutMs: 45_000 })
    process.kill(pid, 'SIGKILL')
    await isBack(pid)
  }
  isOver = true
  await Promise.all(askers)
  expect(wrong).toEqual([])
  expect(accepted).toBeGreaterThan(KILLS * ASKERS)
}, 120_000)

const WHOLE = /Comets have tails of ice\..* clear Look up\./

test('a flow ends well whose database dies as it calls a tool, or as an agent asks its model, and calls the tool once', async () => {
  expect((await runFlow()).text).toMatch(WHOLE)
  for (const moment of ['tool', 'model'] as const) {
    const { pid } = await findDatabase()
    const calls = { tool: 0, model: 0 }
    onOutside = (called) => {
      calls[called] += 1
      if (called === moment && calls[called] === 1) process.kill(pid, 'SIGKILL')
    }
    const { text } = await runFlow()
    expect([moment, text]).toEqual([moment, expect.stringMatching(WHOLE)])
    expect([moment, calls.tool]).toEqual([moment, 1])
    // An answer that was on its way as the database died is on no disk, so the model may be asked again; it does nothing.
    expect([1, 2]).toContain(calls.model)
    await isBack(pid)
  }
  onOutside = () => {}
}, 120_000)
