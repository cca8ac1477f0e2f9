import { expect, test } from 'bun:test'
import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestLink } from '../test/create-test-link.ts'

const asApp = (appId: string) => ({ [CALLER_HEADER]: 'app', [APP_HEADER]: appId })

test('an app lists its own tools and those of the installation, in pages, newest first', async () => {
  await using link = await createTestLink()
  const { tools } = link.dependencies
  for (const [toolId, ownerAppId] of [
    ['tool@1', 'a'],
    ['tool@2', 'b'],
    ['tool@3', ''],
    ['tool@4', 'a'],
  ] as const) {
    expect(await tools.insert({ toolId, ownerAppId, name: `Tool ${toolId}`, description: 'd' })).toBe(true)
  }
  const list = async (headers: Record<string, string>, query = '') => {
    const { body } = await callApp(link.app, `GET /api/tools${query}`, { headers })
    const page = body as { tools: { toolId: string }[]; nextBeforeId: string | null }
    return { ids: page.tools.map(({ toolId }) => toolId), next: page.nextBeforeId }
  }
  expect(await list(asApp('a'))).toEqual({ ids: ['tool@4', 'tool@3', 'tool@1'], next: null })
  expect(await list(asApp('a'), '?limit=2')).toEqual({ ids: ['tool@4', 'tool@3'], next: 'tool@3' })
  expect(await list(asApp('a'), '?limit=2&beforeId=tool@3')).toEqual({ ids: ['tool@1'], next: null })
  expect(await list(asApp('b'))).toEqual({ ids: ['tool@3', 'tool@2'], next: null })
  expect((await list({ [CALLER_HEADER]: 'root' })).ids).toHaveLength(4)
  expect(await list({ [CALLER_HEADER]: 'root' }, '?name=TOOL@2')).toEqual({ ids: ['tool@2'], next: null })
  expect((await list({})).ids).toEqual(['tool@3'])
})
