import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MediaType } from './media-types.ts'
import { readDocument } from './read-document.ts'
import type { ReadText } from './read-in-child.ts'

/** Makes text of a file in memory. The reader of PDF works on a file, so the bytes get one for as long as it takes. Throws DocumentUnreadableError. */
export const readDocumentBytes = async (
  bytes: Uint8Array,
  mediaType: MediaType,
  signal: AbortSignal,
): Promise<ReadText> => {
  const directory = await mkdtemp(join(tmpdir(), 'orrery-document-'))
  try {
    const path = join(directory, 'file')
    await Bun.write(path, bytes)
    return await readDocument({ path, mediaType }, { signal })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
