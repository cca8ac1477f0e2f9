import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { differencesOf } from '../../test/index-oracle.ts'
import { createIndexWorld } from '../../test/index-world.ts'
import { installedLancedb } from '../../test/installed-lancedb.ts'
import { describeKnowledgeIndex } from '../../test/knowledge-index-behaviour.ts'
import { createLanceFinder } from './find-lancedb.ts'
import { createLanceIndex } from './lance-index.ts'

/** Installing it takes a slow mirror a minute. */
const TEST_MS_MAX = 180_000

const place = async (more: { vectorIndexRowsMin?: number } = {}) => {
  const { find } = await installedLancedb()
  const folder = await mkdtemp(join(tmpdir(), 'orrery-lancedb-'))
  return {
    folder,
    open: async (database: Parameters<typeof createLanceIndex>[0]['database']) =>
      createLanceIndex({ database, folder, find, logger: silentLogger, ...more }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

describeKnowledgeIndex('lancedb', place)

test(
  'an index whose files are gone is derived again from the chunks, by the next question or the next write',
  async () => {
    await using lance = await place()
    await using world = await createIndexWorld('lancedb', lance.open)
    await world.play(10)
    await rm(lance.folder, { recursive: true, force: true })
    expect(await differencesOf(world, world.first)).toEqual([])
    await rm(lance.folder, { recursive: true, force: true })
    await world.write(world.second, 3)
    expect(await differencesOf(world, world.second)).toEqual([])
  },
  TEST_MS_MAX,
)

test('without LanceDB its bases are told what installs it, and nothing is loaded for those that have none', async () => {
  await using world = await createIndexWorld('lancedb', async (database) =>
    createLanceIndex({ database, folder: '/nowhere', find: createLanceFinder(['/nowhere']), logger: silentLogger }),
  )
  await world.first.maintain(AbortSignal.timeout(TEST_MS_MAX))
  const refused = await world.write(world.first, 1).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'KNOWLEDGE_ENGINE_MISSING' })
  expect(String((refused as { remedy: string }).remedy)).toContain('npm install --prefix /nowhere')
})
