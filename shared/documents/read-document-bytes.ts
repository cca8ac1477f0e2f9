import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DocumentText } from './document-text.ts'
import type { MediaType } from './media-types.ts'
import { readDocument } from './read-document.ts'

/** Makes text of a file in memory. The reader of PDF works on a file, so the bytes get one for as long as it takes. Throws DocumentUnreadableError. */
export const readDocumentBytes = async (
  bytes: Uint8Array,
  mediaType: MediaType,
  signal: AbortSignal,
): Promise<DocumentText> => {
  const directory = await mkdtemp(join(tmpdir(), 'orrery-document-'))
  try {
    const path = join(directory, 'file')
    await Bun.write(path, bytes)
    return await readDocument({ path, mediaType }, { signal })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
