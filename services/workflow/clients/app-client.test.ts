import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { serveAppRegister } from '../fixtures/app-register.ts'
import { createAppClient } from './app-client.ts'

test('an app is asked for in its own name, and one that is enabled is not asked for again', async () => {
  await using register = await serveAppRegister()
  const apps = createAppClient(register.gatewayPath)
  expect(await apps.find('alice')).toEqual({ appId: 'alice', isDisabled: false })
  await apps.find('alice')
  expect(register.asked).toEqual([{ caller: 'app', actsFor: 'alice', appId: 'alice' }])
})

test('an app counts as soon as it was made or enabled', async () => {
  const states = new Map<string, 'missing' | 'disabled'>([['alice', 'missing']])
  await using register = await serveAppRegister(states)
  const apps = createAppClient(register.gatewayPath)
  expect(await apps.find('alice')).toBeUndefined()
  states.set('alice', 'disabled')
  expect(await apps.find('alice')).toEqual({ appId: 'alice', isDisabled: true })
  states.delete('alice')
  expect(await apps.find('alice')).toEqual({ appId: 'alice', isDisabled: false })
})

test('a restarting tenant service costs time, not the publication', async () => {
  const states = new Map<string, 'away'>([['alice', 'away']])
  await using register = await serveAppRegister(states)
  const finding = createAppClient(register.gatewayPath).find('alice')
  while (register.asked.length < 2) await Bun.sleep(1)
  states.delete('alice')
  expect(await finding).toEqual({ appId: 'alice', isDisabled: false })
})

test('a tenant service that stays away is told with the gateway’s reason', async () => {
  await using register = await serveAppRegister(new Map([['alice', 'away']]))
  const refusal = createAppClient(register.gatewayPath).find('alice')
  await expect(refusal).rejects.toThrow('503 tenant has no ready worker.')
  await expect(refusal).rejects.toMatchObject({ code: 'WORKFLOW_APP_LOOK_UP_FAILED', kind: 'unavailable' })
})

test('a gateway that is not there is told like a service that stays away', async () => {
  await using register = await serveAppRegister()
  const nowhere = createAppClient(join(register.gatewayPath, 'nowhere'))
  await expect(nowhere.find('alice')).rejects.toMatchObject({ code: 'WORKFLOW_APP_LOOK_UP_FAILED' })
})

test.each(['', 'alice,bob', 'a b', 'a&name=b', 'ä', 'x'.repeat(65)])(
  'what can be no id asks nobody: %p',
  async (appId) => {
    await using register = await serveAppRegister()
    expect(await createAppClient(register.gatewayPath).find(appId)).toBeUndefined()
    expect(register.asked).toEqual([])
  },
)
