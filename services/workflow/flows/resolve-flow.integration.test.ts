import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Caller } from '#shared/http/caller.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { echoDefinition } from '../fixtures/flow-definitions.ts'
import { addFlow, type FlowWriting } from './add-flow.ts'
import type { AppDirectory } from './app-directory.ts'
import { bindApp } from './bind-app.ts'
import { createFlowStores, type FlowStores } from './flow-stores.ts'
import { publishFlow } from './publish-flow.ts'
import { resolveRelease } from './resolve-flow.ts'

const owner: Caller = { role: 'app', appId: 'owner' }
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let stores: FlowStores
let writing: FlowWriting
let ids = 0

beforeAll(async () => {
  database = await temporaryDatabase()
  stores = createFlowStores(database.database)
  const apps: AppDirectory = { find: async (appId) => ({ appId, isDisabled: false }) }
  writing = { stores, apps, checkDefinition: () => undefined, nextId: () => String(++ids) }
})
afterAll(() => database[Symbol.asyncDispose]())

const add = async (): Promise<string> => {
  const draft = { name: 'f', description: '', appId: undefined, status: 0, definition: echoDefinition() }
  return (await addFlow(writing, owner, draft)).id
}
const publish = (flowId: string, version: string, action: 1 | 3 = 1) =>
  publishFlow(writing, owner, { flowId, action, platform: 1, version, definition: echoDefinition(version) })
const resolve = (flowId: string, version = '', appId = 'owner') => resolveRelease(stores, { flowId, appId, version })

test('the named version is run, the newest by its number without a name, and an unnamed release when there is no version', async () => {
  const flowId = await add()
  await expect(resolve(flowId)).rejects.toThrow('owner')
  await publish(flowId, '')
  expect((await resolve(flowId)).version).toBe('')
  for (const version of ['v1.9', 'v1.10', 'v1.2']) await publish(flowId, version)
  expect((await resolve(flowId)).version).toBe('v1.10')
  const named = await resolve(flowId, 'v1.2')
  expect(named).toMatchObject({ version: 'v1.2', flow: { id: flowId, appId: 'owner' } })
  expect(named.definitionHash).not.toBe((await resolve(flowId)).definitionHash)
  await expect(resolve(flowId, 'v7.0')).rejects.toThrow('v7.0')
})

test('an app runs a flow from the moment it is bound, the app of another flow does not', async () => {
  const [flowId, otherId] = [await add(), await add()]
  await publish(flowId, 'v1.0')
  await publish(otherId, 'v1.0')
  await bindApp(writing, owner, { flowId: otherId, appId: 'guest' })
  await expect(resolve(flowId, '', 'guest')).rejects.toThrow('guest')
  await bindApp(writing, owner, { flowId, appId: 'guest' })
  expect((await resolve(flowId, '', 'guest')).version).toBe('v1.0')
})

test('however many ask for a flow, none that asks after it was taken down may run it', async () => {
  const flowId = await add()
  await publish(flowId, 'v1.0')
  let isOver = false
  let answered = 0
  const askers = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      await resolve(flowId).catch(() => undefined)
      answered += 1
    }
  })
  for (let round = 0; round < 20; round += 1) {
    await publish(flowId, 'v1.0', 3)
    await expect(resolve(flowId)).rejects.toThrow()
    await publish(flowId, 'v1.0')
    expect((await resolve(flowId)).version).toBe('v1.0')
  }
  isOver = true
  await Promise.all(askers)
  expect(answered).toBeGreaterThan(40)
})
