import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { differencesOf } from '../test/index-oracle.ts'
import { EVERYWHERE } from '../test/index-world.ts'
import { routedWorld } from '../test/routed-world.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'

const TEST_MS_MAX = 180_000

test(
  'a base goes to another engine and back while it is written to, and one search finds what is in both',
  async () => {
    await using routed = await routedWorld('segments')
    const { world } = routed
    const signal = AbortSignal.timeout(TEST_MS_MAX)
    const [base = ''] = world.baseIds
    await world.play(12)
    await routed.choose(base, 'lancedb')
    expect(await differencesOf(world, world.second)).toEqual([])
    await Promise.all([
      world.first.maintain(signal),
      world.write(world.second, 3),
      world.remove(world.first, 2),
      world.write(world.first, 2),
    ])
    expect(await routed.placed()).toEqual(['lancedb', 'segments'])
    for (const index of [world.first, world.second]) expect(await differencesOf(world, index)).toEqual([])
    await world.play(8)
    expect(await differencesOf(world, world.second)).toEqual([])
    await routed.choose(base, 'segments')
    await Promise.all([world.second.maintain(signal), world.write(world.first, 3), world.remove(world.second, 2)])
    expect(await routed.placed()).toEqual(['segments', 'segments'])
    for (const index of [world.first, world.second]) expect(await differencesOf(world, index)).toEqual([])
  },
  TEST_MS_MAX,
)

test(
  'scores of both engines compare: equal chunks of two bases come side by side',
  async () => {
    await using routed = await routedWorld('segments')
    const { world } = routed
    await world.play(12)
    await routed.choose(world.baseIds[0] ?? '', 'lancedb')
    await world.first.maintain(AbortSignal.timeout(TEST_MS_MAX))
    expect(await routed.placed()).toEqual(['lancedb', 'segments'])
    const hits = await world.askWords(world.first, EVERYWHERE, { baseIds: world.baseIds })
    const best = world.baseIds.map((id) => hits.find(({ baseId }) => baseId === id)?.score ?? 0)
    expect(Math.abs((best[0] ?? 0) - (best[1] ?? 1))).toBeLessThan(0.2)
  },
  TEST_MS_MAX,
)

test('a base is not given an engine that is not installed, and says what installs it', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const baseId = await knowledge.createBase()
  const change = { headers: APP, body: { engine: 'lancedb' } }
  const refused = await callApp(knowledge.app, `PATCH /api/bases/${baseId}`, change)
  expect(refused).toMatchObject({ status: 503, body: { code: 'KNOWLEDGE_ENGINE_MISSING' } })
  const created = await callApp(knowledge.app, 'POST /api/bases', {
    headers: APP,
    body: { name: 'Vectors', engine: 'lancedb' },
  })
  expect(created).toMatchObject({ status: 503, body: { code: 'KNOWLEDGE_ENGINE_MISSING' } })
  const base = await callApp(knowledge.app, `GET /api/bases/${baseId}`, { headers: APP })
  expect(base.body).toMatchObject({ engine: 'segments' })
})
