import { expect, test } from 'bun:test'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLocalObjectStore } from './local-object-store.ts'
import { sweepObjects } from './sweep-objects.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('what was stored is read back under the hash of its content', async () => {
  await using place = await setup()
  const hash = await place.store.put(bytes('orrery'))
  expect(hash).toBe(new Bun.CryptoHasher('sha256').update('orrery').digest('hex'))
  expect(new TextDecoder().decode(await place.store.read(hash))).toBe('orrery')
  expect(await place.store.size(hash)).toBe(6)
  expect(await Bun.file(await place.store.localPath(hash)).text()).toBe('orrery')
})

test('storing the same content twice leaves one file and no temporary one', async () => {
  await using place = await setup()
  const [first, second] = await Promise.all([place.store.put(bytes('same')), place.store.put(bytes('same'))])
  expect(first).toBe(second)
  const folders = await readdir(place.directory)
  expect(folders).toHaveLength(1)
  expect(await readdir(join(place.directory, folders[0]!))).toEqual([first])
})

async function* pieces(...texts: string[]) {
  for (const text of texts) yield bytes(text)
}

test('content that came in pieces is the same object as content that came at once', async () => {
  await using place = await setup()
  const whole = await place.store.put(bytes('orrery'))
  const stored = await place.store.putStream(pieces('or', '', 'rery'), { bytesMax: 6 })
  expect(stored).toEqual({ hash: whole, sizeBytes: 6 })
  expect(new TextDecoder().decode(await place.store.read(whole))).toBe('orrery')
  expect(await Array.fromAsync(place.store.list())).toHaveLength(1)
})

test('content that is too large or breaks off leaves nothing behind', async () => {
  await using place = await setup()
  const tooLarge = place.store.putStream(pieces('or', 'rery'), { bytesMax: 5 })
  expect(tooLarge).rejects.toMatchObject({ code: 'OBJECT_TOO_LARGE' })
  await tooLarge.catch(() => undefined)
  const broken = async function* () {
    yield bytes('or')
    throw new Error('the client left')
  }
  await expect(place.store.putStream(broken(), { bytesMax: 5 })).rejects.toThrow('the client left')
  expect(await readdir(join(place.directory, '__'))).toEqual([])
  expect(await Array.fromAsync(place.store.list())).toEqual([])
})

test('an object that is not there has an error with a code, not an empty content', async () => {
  await using place = await setup()
  const hash = '0'.repeat(64)
  expect(await place.store.exists(hash)).toBe(false)
  expect(place.store.read(hash)).rejects.toMatchObject({ code: 'OBJECT_MISSING' })
  expect(place.store.read('../../etc/passwd')).rejects.toMatchObject({ code: 'OBJECT_MISSING' })
  await place.store.delete(hash)
})

test('a file that a killed writer left half-written is replaced by the next put', async () => {
  await using place = await setup()
  const hash = await place.store.put(bytes('complete'))
  await Bun.write(await place.store.localPath(hash), 'comp')
  await place.store.put(bytes('complete'))
  expect(new TextDecoder().decode(await place.store.read(hash))).toBe('complete')
})

test('the sweep removes old unreferenced objects only; storing again makes an object young', async () => {
  await using place = await setup()
  const [kept, young, old, renewed] = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) => place.store.put(bytes(name))),
  )
  const longAgo = new Date(Date.now() - 7_200_000)
  for (const hash of [kept, old, renewed]) await utimes(await place.store.localPath(hash!), longAgo, longAgo)
  await place.store.put(bytes('d'))

  const removed = await sweepObjects(place.store, {
    ageMsMin: 3_600_000,
    unreferenced: async (hashes) => hashes.filter((hash) => hash !== kept),
  })
  expect(removed).toBe(1)
  expect(await Promise.all([kept, young, old, renewed].map((hash) => place.store.exists(hash!)))).toEqual([
    true,
    true,
    false,
    true,
  ])
})

async function setup() {
  const directory = await mkdtemp(join(tmpdir(), 'orrery-objects-'))
  return {
    directory,
    store: await openLocalObjectStore(directory),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}
