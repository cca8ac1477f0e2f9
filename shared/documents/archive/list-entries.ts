import { unzipSync } from 'fflate'
import { DocumentUnreadableError } from '../errors.ts'
import { ARCHIVE_ENTRIES_MAX } from './archive-limits.ts'

export interface ArchiveEntry {
  name: string
  /** Bytes in the archive, and expanded, as the archive's directory has them. */
  size: number
  originalSize: number
}

/**
 * The entries of a ZIP archive by its directory, without expanding anything; their names are keys and never paths. Throws
 * DocumentUnreadableError for a directory that is missing, lists a name twice, or gives entries more room than the archive has (they overlap).
 */
export const listEntries = (bytes: Uint8Array): Map<string, ArchiveEntry> => {
  const entries = new Map<string, ArchiveEntry>()
  const collect = ({ name, size, originalSize }: ArchiveEntry): false => {
    if (entries.size >= ARCHIVE_ENTRIES_MAX) throw new DocumentUnreadableError('expandsTooMuch')
    if (name === '' || entries.has(name)) throw broken('the directory lists an entry without a name, or twice')
    entries.set(name, { name, size, originalSize })
    return false
  }
  try {
    unzipSync(bytes, { filter: collect })
  } catch (error) {
    if (error instanceof DocumentUnreadableError) throw error
    throw broken('the directory of the archive cannot be read')
  }
  const sizes = [...entries.values()].reduce((sum, { size }) => sum + size, 0)
  if (entries.size === 0) throw broken('the archive is empty')
  if (!(sizes <= bytes.byteLength)) throw broken('the entries of the archive overlap')
  return entries
}

const broken = (reason: string) => new DocumentUnreadableError('broken', { reason })
