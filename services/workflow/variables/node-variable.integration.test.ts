import { afterAll, beforeAll, expect, test } from 'bun:test'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import type { RunStarted } from '../engine/run-events.ts'
import { compile, end, flow, node, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, startEvent, testServices } from '../test/run-in-memory.ts'
import { createVariableRepository } from './variable-repository.ts'

let database: Awaited<ReturnType<typeof temporaryDatabase>>
beforeAll(async () => {
  database = await temporaryDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const ID = 'node-variable::v'
const KEPT = [output('name'), output('list', { type: 'array' }), output('level', { type: 'integer', default: 3 }, true)]

const run = async (parts: Parameters<typeof node>[1], conversation: Partial<RunStarted> = {}) => {
  const plan = compile(
    flow(
      [start(), node(ID, parts), end({ q: ref('node-start::s', 'q') })],
      [
        ['node-start::s', ID],
        [ID, 'node-end::e'],
      ],
    ),
  )
  const services = testServices({ variables: createVariableRepository(database.database) })
  const events = await runInMemory({ plan, start: { ...startEvent({ q: 'Ada' }), ...conversation }, services })
  return { events, completed: events.find((event) => event.type === 'node-completed' && event.nodeId === ID) }
}

const set = (inputs: Record<string, unknown>, conversation?: Partial<RunStarted>, flowId = '1') =>
  run({ inputs, param: { method: 'set', flowId } }, conversation)

const get = async (conversation?: Partial<RunStarted>, flowId = '1') => {
  const { completed } = await run({ outputs: KEPT, param: { method: 'get', flowId } }, conversation)
  return completed?.type === 'node-completed' ? completed.variables : undefined
}

const NOTHING = { name: '', list: [], level: 3 }

test('what was never set has its default', async () => {
  expect(await get({ chatId: 'empty' })).toEqual(NOTHING)
})

test('a later run of the conversation reads what an earlier one set, in its type', async () => {
  const chat = { chatId: 'c1' }
  await set({ name: ref('node-start::s', 'q'), list: [1, { a: null }], level: 7 }, chat)
  expect(await get(chat)).toEqual({ name: 'Ada', list: [1, { a: null }], level: 7 })
})

test('setting again replaces what is set and leaves the rest', async () => {
  const chat = { chatId: 'c2' }
  await set({ name: 'old', level: 1 }, chat)
  await set({ name: 'new' }, chat)
  expect(await get(chat)).toEqual({ name: 'new', list: [], level: 1 })
})

test.each([
  ['chat', { chatId: 'other' }, '1'],
  ['user', { chatId: 'c3', uid: 'other' }, '1'],
  ['app', { chatId: 'c3', appId: 'other' }, '1'],
  ['flow', { chatId: 'c3' }, '2'],
])('another %s sees nothing of it', async (_, conversation, flowId) => {
  await set({ name: 'secret' }, { chatId: 'c3' })
  expect(await get(conversation, flowId)).toEqual(NOTHING)
})

test('two runs that set the same variables at once both end', async () => {
  const chat = { chatId: 'c4' }
  const runs = Array.from({ length: 20 }, (_, index) =>
    set(index % 2 === 0 ? { name: 'x', level: index } : { level: index, name: 'x' }, chat),
  )
  for (const { events } of await Promise.all(runs)) expect(events.at(-1)).toMatchObject({ type: 'run-completed' })
})

test('a set that was cut off before its end is repeated and changes nothing more', async () => {
  const chat = { chatId: 'c5' }
  const { events } = await set({ name: 'once' }, chat)
  const cut = events.findIndex((event) => event.type === 'node-completed' && event.nodeId === ID)
  const plan = compile(
    flow(
      [start(), node(ID, { inputs: { name: 'once' }, param: { method: 'set', flowId: '1' } }), end({})],
      [
        ['node-start::s', ID],
        [ID, 'node-end::e'],
      ],
    ),
  )
  const services = testServices({ variables: createVariableRepository(database.database) })
  const rest = await runInMemory({
    plan,
    start: { ...startEvent({ q: 'Ada' }), ...chat },
    past: events.slice(0, cut),
    services,
  })
  expect(rest.at(-1)).toMatchObject({ type: 'run-completed' })
  expect(await get(chat)).toEqual({ ...NOTHING, name: 'once' })
})

test('a database that fails is the wire’s 22900', async () => {
  const failing = { set: () => Promise.reject(new Error('no room')), get: () => Promise.reject(new Error('gone')) }
  const plan = compile(
    flow(
      [start(), node(ID, { outputs: KEPT, param: { method: 'get', flowId: '1' } }), end({})],
      [
        ['node-start::s', ID],
        [ID, 'node-end::e'],
      ],
    ),
  )
  const events = await runInMemory({
    plan,
    start: startEvent({ q: 'x' }),
    services: testServices({ variables: failing }),
  })
  expect(events.at(-1)).toMatchObject({ type: 'run-failed', code: 22900 })
})

test.each([
  ['an unknown method', { inputs: { a: 1 }, param: { method: 'add', flowId: '1' } }],
  ['a set without inputs', { param: { method: 'set', flowId: '1' } }],
  ['no flow', { inputs: { a: 1 }, param: { method: 'set' } }],
])('%s is refused when the flow is compiled', async (_, parts) => {
  await expect(run(parts)).rejects.toMatchObject({ code: 'WORKFLOW_PROTOCOL_INVALID' })
})
