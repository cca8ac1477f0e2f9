import { Unzip, type UnzipFile, UnzipInflate } from 'fflate'
import { DocumentUnreadableError } from '../errors.ts'
import { EXPANDED_BYTES_MAX, EXPANSION_RATIO_FROM_BYTES, EXPANSION_RATIO_MAX } from './archive-limits.ts'
import { type ArchiveEntry, listEntries } from './list-entries.ts'

/** An expanded entry, in the pieces in which it came. */
export type EntryContent = readonly Uint8Array[]

/** Bytes between two looks at how much has come out: these become 16 MB at most. */
const STEP_BYTES = 16_384

/**
 * Expands the wanted entries of a ZIP archive, from its first byte to its last, so that none can be read twice; stops as soon as there is too much. Throws
 * DocumentUnreadableError.
 */
export const expandEntries = (
  bytes: Uint8Array,
  isWanted: (name: string) => boolean,
  bytesMax = EXPANDED_BYTES_MAX,
): Map<string, EntryContent> => {
  const listed = listEntries(bytes)
  const missing = new Map([...listed].filter(([name]) => isWanted(name)))
  const contents = new Map<string, EntryContent>()
  const count = countExpanded(bytes.byteLength, bytesMax)
  for (const { originalSize } of missing.values()) count.declare(originalSize)

  const unzip = new Unzip((file) => {
    const entry = missing.get(file.name)
    if (!entry || contents.has(file.name)) return
    contents.set(file.name, collect(file, entry, { add: count.add, done: () => missing.delete(entry.name) }))
  })
  unzip.register(UnzipInflate)
  try {
    for (let at = 0; at < bytes.byteLength && missing.size > 0; at += STEP_BYTES) {
      unzip.push(bytes.subarray(at, at + STEP_BYTES), at + STEP_BYTES >= bytes.byteLength)
    }
  } catch (error) {
    throw error instanceof DocumentUnreadableError ? error : broken('an entry of the archive cannot be expanded')
  }
  if (missing.size > 0) throw broken('an entry that the directory lists is missing or incomplete')
  return contents
}

const collect = (
  file: UnzipFile,
  entry: ArchiveEntry,
  progress: { add: (bytes: number) => void; done: () => void },
): EntryContent => {
  const pieces: Uint8Array[] = []
  let size = 0
  file.ondata = (error, piece, isLast) => {
    if (error) throw error
    size += piece.byteLength
    progress.add(piece.byteLength)
    if (size > entry.originalSize) throw broken('an entry is larger than the directory says')
    if (piece.byteLength > 0) pieces.push(piece)
    if (!isLast) return
    if (size !== entry.originalSize) throw broken('an entry is shorter than the directory says')
    progress.done()
  }
  file.start()
  return pieces
}

const countExpanded = (archiveBytes: number, bytesMax: number) => {
  let declared = 0
  let expanded = 0
  const check = (bytes: number) => {
    const isBomb = bytes > EXPANSION_RATIO_FROM_BYTES && bytes > archiveBytes * EXPANSION_RATIO_MAX
    if (isBomb || !(bytes <= bytesMax)) throw new DocumentUnreadableError('expandsTooMuch')
  }
  return {
    declare(bytes: number) {
      declared += bytes
      check(declared)
    },
    add(bytes: number) {
      expanded += bytes
      check(expanded)
    },
  }
}

const broken = (reason: string) => new DocumentUnreadableError('broken', { reason })
