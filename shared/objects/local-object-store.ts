import { constants } from 'node:fs'
import { access, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { ObjectMissingError, ObjectTooLargeError } from './errors.ts'
import type { ObjectHash, ObjectStore } from './object-store.ts'

const HASH = /^[0-9a-f]{64}$/
/** Files are kept apart by the first byte of their hash: 256 folders stay quick to list with a million objects. */
const FOLDER_CHARACTERS = 2
const TEMPORARY_SUFFIX = '.tmp'
/** Holds content whose hash is not known yet. No hash begins like this. */
const UNNAMED_FOLDER = '__'
/** A temporary file this old belongs to a process that died while writing it. */
const TEMPORARY_AGE_MS_MAX = 3_600_000

/** How far the storing of an object has come. */
export type StoreStep = 'written' | 'renamed' | 'durable'

/**
 * Objects as files `<directory>/<first two digits>/<hash>`. Several processes may share the directory.
 * @param observe told of each step, so that tests can end the process at one
 */
export const openLocalObjectStore = async (
  directory: string,
  observe: (step: StoreStep) => void = () => undefined,
): Promise<ObjectStore> => {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const folderOf = (hash: ObjectHash) => join(directory, hash.slice(0, FOLDER_CHARACTERS))
  const pathOf = (hash: ObjectHash) => {
    if (!HASH.test(hash)) throw new ObjectMissingError(hash)
    return join(folderOf(hash), hash)
  }
  const sizeOf = async (hash: ObjectHash) => (HASH.test(hash) ? (await statOf(pathOf(hash)))?.size : undefined)

  return {
    async put(bytes) {
      const hash = new Bun.CryptoHasher('sha256').update(bytes).digest('hex')
      const path = pathOf(hash)
      if ((await sizeOf(hash)) === bytes.length && (await touch(path))) return hash
      if (await mkdir(folderOf(hash), { recursive: true, mode: 0o700 })) await syncDirectory(directory)
      const temporary = `${path}.${crypto.randomUUID()}${TEMPORARY_SUFFIX}`
      try {
        await writeDurably(temporary, bytes)
        observe('written')
        await rename(temporary, path)
        observe('renamed')
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      await syncDirectory(folderOf(hash))
      observe('durable')
      return hash
    },

    async putStream(chunks, { bytesMax }) {
      // In a folder of the store: a rename does not leave its file system, and what a killed writer left is found by `list`.
      const folder = join(directory, UNNAMED_FOLDER)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const temporary = join(folder, `${crypto.randomUUID()}${TEMPORARY_SUFFIX}`)
      try {
        const { hash, sizeBytes } = await writeChunks(temporary, chunks, bytesMax)
        if (await mkdir(folderOf(hash), { recursive: true, mode: 0o700 })) await syncDirectory(directory)
        await rename(temporary, pathOf(hash))
        await syncDirectory(folderOf(hash))
        return { hash, sizeBytes }
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },

    async read(hash) {
      const file = Bun.file(pathOf(hash))
      if (!(await file.exists())) throw new ObjectMissingError(hash)
      return file.bytes()
    },

    async localPath(hash) {
      const path = pathOf(hash)
      const readable = await access(path, constants.R_OK).then(
        () => true,
        () => false,
      )
      if (!readable) throw new ObjectMissingError(hash)
      return path
    },

    exists: async (hash) => (await sizeOf(hash)) !== undefined,
    size: sizeOf,

    async delete(hash) {
      await rm(pathOf(hash), { force: true })
    },

    async *list() {
      for await (const { path, name, storedAtMs } of filesBelow(directory)) {
        if (HASH.test(name)) yield { hash: name, storedAtMs }
        else if (name.endsWith(TEMPORARY_SUFFIX) && Date.now() - storedAtMs > TEMPORARY_AGE_MS_MAX) {
          await rm(path, { force: true })
        }
      }
    },
  }
}

async function* filesBelow(directory: string) {
  for (const folder of await readdir(directory)) {
    if (folder.length !== FOLDER_CHARACTERS) continue
    for (const name of await readdir(join(directory, folder))) {
      const path = join(directory, folder, name)
      const facts = await statOf(path)
      if (facts) yield { path, name, storedAtMs: facts.mtimeMs }
    }
  }
}

const statOf = async (path: string) => {
  try {
    return await stat(path)
  } catch {
    return undefined // gone, which is an answer
  }
}

/** False when the file went away meanwhile: then it has to be written again. */
const touch = async (path: string): Promise<boolean> => {
  const now = new Date()
  return utimes(path, now, now).then(
    () => true,
    () => false,
  )
}

const writeDurably = async (path: string, bytes: Uint8Array) => {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

const writeChunks = async (path: string, chunks: AsyncIterable<Uint8Array>, bytesMax: number) => {
  const hasher = new Bun.CryptoHasher('sha256')
  const file = await open(path, 'wx', 0o600)
  let sizeBytes = 0
  try {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length
      if (sizeBytes > bytesMax) throw new ObjectTooLargeError(bytesMax)
      hasher.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { hash: hasher.digest('hex'), sizeBytes }
}

/** A rename is on disk only when its directory is. */
const syncDirectory = async (path: string) => {
  const folder = await open(path, constants.O_RDONLY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
