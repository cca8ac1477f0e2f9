import { expect, test } from 'bun:test'
import type { IndexEngine } from '../tables.ts'
import { INDEX_MUTANTS } from './index-mutants.ts'
import { differencesOf } from './index-oracle.ts'
import { createIndexWorld, EVERYWHERE, type IndexWorld, type OpenIndex } from './index-world.ts'

export type { OpenIndex } from './index-world.ts'

const ROUNDS = 40
/** For a mutant: enough to meet every kind of change several times. */
const MUTANT_ROUNDS = 12
const TEST_MS_MAX = 120_000

/** What every engine must do, whatever it is made of. The oracle is a list of live chunks kept beside it. */
export const describeKnowledgeIndex = (
  engine: IndexEngine,
  setup: () => Promise<{ open: OpenIndex } & AsyncDisposable>,
) => {
  const inWorld = (promise: string, check: (world: IndexWorld) => Promise<void>) =>
    test(
      `${engine}: ${promise}`,
      async () => {
        await using place = await setup()
        await using world = await createIndexWorld(engine, place.open)
        await check(world)
      },
      TEST_MS_MAX,
    )

  inWorld(
    'after random writes, changes and deletes by two processes both find exactly what is alive',
    async (world) => {
      await world.play(ROUNDS)
      for (const index of [world.first, world.second]) expect(await differencesOf(world, index)).toEqual([])
      await world.first.maintain(AbortSignal.timeout(TEST_MS_MAX))
      for (const index of [world.first, world.second]) expect(await differencesOf(world, index)).toEqual([])
      for (const baseId of world.baseIds) await world.second.rebuild(baseId)
      for (const index of [world.first, world.second]) expect(await differencesOf(world, index)).toEqual([])
    },
  )

  inWorld('writers of the same bases at the same time lose nothing of each other', async (world) => {
    await Promise.all(
      Array.from({ length: 12 }, (_, number) => world.write(number % 2 === 0 ? world.first : world.second, 3)),
    )
    expect(world.live.size).toBe(36)
    expect(await differencesOf(world, world.first)).toEqual([])
  })

  inWorld('writes and deletes during a merge or a rebuild are kept', async (world) => {
    const { first, second, baseIds } = world
    for (let round = 0; round < 15; round++) await world.write(first, 2)
    await Promise.all([
      first.maintain(AbortSignal.timeout(TEST_MS_MAX)),
      ...baseIds.map((baseId) => second.rebuild(baseId)),
      world.write(second, 4),
      world.remove(first, 5),
      second.maintain(AbortSignal.timeout(TEST_MS_MAX)),
    ])
    expect(await differencesOf(world, first)).toEqual([])
    expect(await differencesOf(world, second)).toEqual([])
  })

  inWorld('a commit is seen by no process before its end and by each at its next question after it', async (world) => {
    await world.write(world.first, 3)
    expect(await unseenUntilCommitted(world)).toEqual([])
  })

  inWorld('what was prepared, or written by a transaction that did not commit, is never found', async (world) => {
    await world.write(world.first, 3)
    expect(await unseenWithoutCommit(world)).toEqual([])
    await world.write(world.second, 2)
    expect(await differencesOf(world, world.first)).toEqual([])
    expect(await differencesOf(world, world.second)).toEqual([])
  })

  inWorld('a base that is deleted is not found, and others are', async (world) => {
    await world.play(10)
    const [gone = '', kept = ''] = world.baseIds
    await world.deleteBase(gone)
    const hits = await world.askWords(world.second, EVERYWHERE, { baseIds: [gone, kept] })
    expect(hits.every(({ baseId }) => baseId === kept)).toBe(true)
    expect(await differencesOf(world, world.first)).toEqual([])
  })

  test.each(Object.entries(INDEX_MUTANTS))(
    `${engine}: the suite notices an index that %s`,
    async (_what, mutate) => {
      await using place = await setup()
      const open: OpenIndex = async (database) => mutate(await place.open(database), database)
      await using world = await createIndexWorld(engine, open)
      // An index may also break what is asked of it later: then that is how it is noticed.
      const faults = await findFaults(world).catch((error: unknown) => [String(error)])
      expect(faults.length).toBeGreaterThan(0)
    },
    TEST_MS_MAX,
  )

  inWorld('the suite notices nothing in an index that is right', async (world) => {
    expect(await findFaults(world)).toEqual([])
  })
}

const findFaults = async (world: IndexWorld): Promise<string[]> => {
  const faults: string[] = []
  await world.write(world.first, 6)
  faults.push(...(await differencesOf(world, world.second)))
  await world.play(MUTANT_ROUNDS)
  faults.push(...(await unseenUntilCommitted(world)))
  faults.push(...(await unseenWithoutCommit(world)))
  faults.push(...(await differencesOf(world, world.first)), ...(await differencesOf(world, world.second)))
  return faults
}

const unseenUntilCommitted = async (world: IndexWorld): Promise<string[]> => {
  const early: string[] = []
  await world.write(world.first, 2, {
    async after() {
      for (const index of [world.first, world.second]) early.push(...(await differencesOf(world, index)))
    },
  })
  const late = await differencesOf(world, world.second)
  return [...early.map((each) => `before the commit: ${each}`), ...late.map((each) => `after the commit: ${each}`)]
}

const unseenWithoutCommit = async (world: IndexWorld): Promise<string[]> => {
  const calledOff = new Error('called off')
  const after = async () => {
    throw calledOff
  }
  await world.write(world.first, 2, { after }).catch((error: unknown) => {
    if (error !== calledOff) throw error
  })
  await world.prepareOnly(world.second, 2)
  const found = await Promise.all([world.first, world.second].map((index) => differencesOf(world, index)))
  return found.flat().map((each) => `without a commit: ${each}`)
}
