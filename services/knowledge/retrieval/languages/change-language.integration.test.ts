import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { createBaseRepository } from '../../bases/base-repository.ts'
import { INDEX_ENGINES, knowledgeBases } from '../../tables.ts'
import { differencesOf } from '../../test/index-oracle.ts'
import { routedWorld } from '../../test/routed-world.ts'
import { APP, temporaryKnowledge } from '../../test/temporary-knowledge.ts'
import type { SearchResult } from '../search-schemas.ts'
import { createIndexedLanguageRepository, wantedLanguage } from './indexed-language-repository.ts'
import { stemmingOf } from './stemming-language.ts'

const TEST_MS_MAX = 120_000

test.each(INDEX_ENGINES)(
  '%s: the index of a base is made anew by another language while it is written to, and nothing is lost or found twice',
  async (engine) => {
    await using routed = await routedWorld(engine)
    const { world } = routed
    const signal = AbortSignal.timeout(TEST_MS_MAX)
    const [baseId = ''] = world.baseIds
    const bases = createBaseRepository(world.database)
    const languages = createIndexedLanguageRepository(world.database)
    await world.play(12)
    for (const language of ['de', 'none', 'auto']) {
      await bases.change(undefined, baseId, { language })
      expect(await languages.find(baseId)).not.toBe(stemmingOf(language))
      expect(await differencesOf(world, world.second)).toEqual([])
      await Promise.all([
        world.first.maintain(signal),
        world.write(world.second, 3),
        world.remove(world.first, 2),
        world.write(world.first, 2),
        world.second.maintain(signal),
      ])
      expect(await languages.find(baseId)).toBe(stemmingOf(language))
      for (const index of [world.first, world.second]) expect(await differencesOf(world, index)).toEqual([])
      await world.play(6)
      await world.second.rebuild(baseId)
      for (const index of [world.first, world.second]) expect(await differencesOf(world, index)).toEqual([])
    }
  },
  TEST_MS_MAX,
)

test('what the database takes a language for is what the service does', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const { database, bases } = knowledge.dependencies
  const baseId = await knowledge.createBase()
  for (const language of ['de', 'de-AT', 'PT-br', 'none', 'en-GB', 'auto', 'zh-Hant', 'sv', 'deu']) {
    await bases.change(undefined, baseId, { language })
    const [row] = await database.select({ wanted: wantedLanguage }).from(knowledgeBases)
    expect([language, row?.wanted]).toEqual([language, stemmingOf(language)])
  }
})

test('a base finds words by its own language, one search goes over bases of several, and a change shows when it is done', async () => {
  await using knowledge = await temporaryKnowledge()
  const { app, dependencies } = knowledge
  const send = async (route: Parameters<typeof callApp>[1], body?: object) =>
    (await callApp(app, route, { headers: APP, ...(body && { body }) })).body
  const search = async (baseIds: string[], query: string) => {
    const asked = { baseIds, query, limit: 5, highlights: true }
    return ((await send('POST /api/search', asked)) as typeof SearchResult.static).hits
  }
  const addText = async (baseId: string, text: string) => {
    const { body } = await knowledge.upload(baseId, text, { name: `${text.slice(0, 9)}.txt` })
    expect((await knowledge.settled(body.id)).state).toBe('ready')
  }
  expect(await send('POST /api/bases', { id: 'haus', name: 'Haus', language: 'de' })).toMatchObject({
    stemming: { language: 'de', state: 'ready' },
  })
  await send('POST /api/bases', { id: 'house', name: 'House' })
  await addText('haus', 'Die Bücher stehen im Regal.')
  await addText('house', 'The books stand on a shelf.')

  const [german] = await search(['haus', 'house'], 'Buch')
  expect(german).toMatchObject({ citation: { baseId: 'haus' }, highlights: [[4, 10]] })
  const both = await search(['haus', 'house'], 'Welches Buch, which book?')
  expect(both.map(({ citation }) => citation.baseId).sort()).toEqual(['haus', 'house'])

  const changed = await send('PATCH /api/bases/haus', { language: 'none' })
  expect(changed).toMatchObject({ language: 'none', stemming: { language: 'de', state: 'changing' } })
  expect(await search(['haus'], 'Buch')).toMatchObject([{ highlights: [[4, 10]] }])
  await dependencies.index.maintain(AbortSignal.timeout(TEST_MS_MAX))
  expect(await send('GET /api/bases/haus')).toMatchObject({ stemming: { language: 'none', state: 'ready' } })
  expect((await search(['haus'], 'Buch')).flatMap(({ highlights }) => highlights)).toEqual([])
  expect(await search(['haus'], 'Bücher')).toMatchObject([{ highlights: [[4, 10]] }])
})
