/** The typed client under Node.js against a whole Orrery. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startOrreryFromNode } from '../test/start-orrery-from-node.ts'
import { createOrreryClient, type OrreryClient } from './orrery-client.ts'
import { OrreryError } from './orrery-error.ts'

const QUESTION = 'What are the four promises of Orrery?'
const INGESTION_MS_MAX = 30_000

let orrery: Awaited<ReturnType<typeof startOrreryFromNode>>
let client: OrreryClient

before(async () => {
  orrery = await startOrreryFromNode()
  client = createOrreryClient({ url: orrery.url, key: orrery.rootKey, appId: 'starter' })
})
after(() => orrery?.stop())

const isError = (code: string | RegExp) => (error: unknown) =>
  error instanceof OrreryError && (typeof code === 'string' ? error.code === code : code.test(error.code))

test('health tells of every service without a key', async () => {
  const { services } = await createOrreryClient({ url: orrery.url, key: '' }).health()
  for (const name of ['agent', 'workflow', 'knowledge', 'tenant', 'link', 'console']) assert.ok(services[name], name)
})

test('a flow gives the same answer streamed and whole, and its run can be read and followed', async () => {
  const stream = await client.flows.stream('102', { parameters: { AGENT_USER_INPUT: QUESTION } })
  const streamed = await stream.whole()
  const whole = await client.flows.run('102', { parameters: { AGENT_USER_INPUT: QUESTION } })
  assert.ok(streamed.content.length > 20)
  assert.equal(whole.content, streamed.content)
  assert.match(stream.runId, /^\d+$/)

  const sequences: number[] = []
  for await (const { sequence } of client.runs.events(stream.runId)) sequences.push(sequence)
  assert.deepEqual(sequences, [...sequences.keys()])
  const rest: number[] = []
  for await (const { sequence } of client.runs.events(stream.runId, { after: 2 })) rest.push(sequence)
  assert.deepEqual(rest, sequences.slice(3))
  assert.equal((await client.runs.get(stream.runId)).state, 'completed')
  assert.ok((await client.runs.list({ limit: 5 })).runs.some((run) => run.id === stream.runId))
})

test('a flow that is added and published runs, and is listed', async () => {
  const flowId = '101'
  const { flows } = await client.flows.list()
  assert.ok(flows.some((flow) => flow.id === flowId))
  const response = await fetch(`${orrery.url}/api/flows/${flowId}`, {
    headers: { authorization: `Bearer ${orrery.rootKey}` },
  })
  const { definition } = (await response.json()) as { definition: Record<string, unknown> }
  const added = await client.flows.add({ name: 'Echo again', definition })
  const input = { parameters: { AGENT_USER_INPUT: 'Ceres' } }
  await assert.rejects(client.flows.run(added.flowId, input), isError(/^\d+$/))
  await client.flows.publish(added.flowId, { version: 'v1.0' })
  assert.match((await client.flows.run(added.flowId, input)).content, /Ceres/)
})

test('an agent answers streamed and whole, and its configuration is kept', async () => {
  const turns = [{ role: 'user' as const, content: 'What is 12 * 34?' }]
  const whole = await client.agents.chat('starter', turns)
  assert.match(whole.content, /408/)
  assert.match((await (await client.agents.stream('starter', turns)).whole()).content, /408/)

  const starter = await client.agents.get({ appId: 'starter', botId: 'starter' })
  await client.agents.create({ ...starter, bot_id: 'second' })
  const key = { appId: 'starter', botId: 'second' }
  assert.equal((await client.agents.get(key)).bot_id, 'second')
  await client.agents.delete(key)
  await assert.rejects(client.agents.get(key), isError('40001'))
})

test('an uploaded document is found by a search', async () => {
  const base = await client.knowledge.createBase({ name: 'Small bodies' })
  const file = { name: 'ceres.md', content: '# Ceres\n\nCeres was found by Giuseppe Piazzi in Palermo in 1801.' }
  const document = await client.knowledge.upload(base.id, file)
  const ready = await client.knowledge.waitUntilReady(document.id, { signal: AbortSignal.timeout(INGESTION_MS_MAX) })
  assert.equal(ready.state, 'ready')
  const [best] = await client.knowledge.search(base.id, 'Who found Ceres?', { limit: 1 })
  assert.match(best?.content ?? '', /Piazzi/)
  assert.equal(best?.citation.documentName, 'ceres.md')
  await client.knowledge.deleteBase(base.id)
  await assert.rejects(client.knowledge.getBase(base.id), isError('KNOWLEDGE_BASE_NOT_FOUND'))
})

test('an app gets a key, calls with it, and refusals have code and remedy', async () => {
  const made = await client.apps.create({ name: 'From Node' })
  const key = await client.apps.createKey(made.appId)
  const own = createOrreryClient({ url: orrery.url, key: `${key.apiKey}:${key.apiSecret}` })
  assert.deepEqual(
    (await own.apps.list()).apps.map((app) => app.appId),
    [made.appId],
  )
  await assert.rejects(own.apps.create({ name: 'x' }), (error) => {
    assert.ok(error instanceof OrreryError)
    assert.equal(error.code, 'GATEWAY_ACTION_FORBIDDEN')
    assert.equal(error.status, 403)
    assert.ok(error.remedy.length > 0)
    return true
  })
  await client.apps.revokeKey(made.appId, key.apiKey)
  await assert.rejects(own.apps.list(), isError('GATEWAY_UNAUTHENTICATED'))
})
