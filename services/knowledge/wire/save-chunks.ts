import type { BaseRepository } from '../bases/base-repository.ts'
import { type CommitChunksDependencies, commitChunks, type NewChunk } from '../chunks/commit-chunks.ts'
import { createDocumentRepository, type DocumentRepository } from '../documents/document-repository.ts'
import { isSettled } from '../documents/document-state.ts'
import { DEFAULT_SPLITTING } from '../splitting/split-settings.ts'
import type { DocumentRow } from '../tables.ts'
import type { FailedChunk } from './failed-chunks.ts'
import { readWireChunk, toNewChunk, type WireChunk } from './wire-chunk.ts'
import { failingAs, wireError } from './wire-error.ts'
import type { ChunkSave } from './wire-models.ts'

export interface SaveChunksDependencies extends CommitChunksDependencies {
  bases: BaseRepository
  documents: DocumentRepository
}

export interface SavedChunks {
  /** In the order of the request. */
  saved: NewChunk[]
  failed: FailedChunk[]
}

/**
 * Saves chunks of a document into a group, which is a base; base and document come into being with their first chunks, because clients of the
 * wire make these ids themselves. A chunk whose id is known is replaced, so a repeated call changes nothing.
 * Throws WireError 10017 when nothing could be saved.
 */
export const saveChunks = async (
  dependencies: SaveChunksDependencies,
  request: ChunkSave,
  appId: string | undefined,
): Promise<SavedChunks> => {
  const { usable, failed, documentName } = sortOut(request.chunks)
  if (usable.size === 0) throw wireError(10017, 'every chunk lacks content')

  await findOrCreateGroup(dependencies.bases, request.group, appId)
  const named = { id: request.docId, name: documentName ?? request.docId }
  const document = await findOrCreateDocument(dependencies.documents, named, appId)
  refuseOthers(document, request.group)

  const saved = [...usable].map(([key, chunk], position) => toNewChunk(chunk, { key, position }))
  await commitChunks(dependencies, {
    baseId: request.group,
    document,
    remove: [...usable.keys()],
    add: saved,
    before: (transaction) => enterGroup(createDocumentRepository(transaction), document, request.group),
    after: (transaction) => createDocumentRepository(transaction).recount(document.id),
  }).catch(failingAs(10017))
  return { saved, failed }
}

/** By id; the later of two chunks with the same id counts. */
const sortOut = (values: readonly unknown[]) => {
  const usable = new Map<string, WireChunk & { content: string }>()
  const failed: FailedChunk[] = []
  let documentName: string | undefined
  for (const [index, value] of values.entries()) {
    const chunk = readWireChunk(value)
    const id = chunk.id ?? String(index)
    documentName ??= chunk.documentName || undefined
    if (chunk.problem) failed.push({ id, reason: chunk.problem })
    else if (chunk.content === undefined || chunk.content.trim() === '')
      failed.push({ id, reason: 'it has no content' })
    else usable.set(id, { ...chunk, content: chunk.content })
  }
  return { usable, failed, documentName }
}

const findOrCreateGroup = async (bases: BaseRepository, group: string, appId: string | undefined): Promise<void> => {
  if (await bases.find(appId, group)) return
  const created = await bases.insert({
    id: group,
    appId: appId ?? '',
    name: group,
    description: '',
    splitting: DEFAULT_SPLITTING,
  })
  if (!created && !(await bases.find(appId, group))) throw wireError(10017, `group ${group} belongs to another app`)
}

const findOrCreateDocument = async (
  documents: DocumentRepository,
  { id, name }: { id: string; name: string },
  appId: string | undefined,
): Promise<DocumentRow> => {
  const known = await documents.find(appId, id)
  if (known) return known
  await documents.insert({ id, appId: appId ?? '', baseId: null, name, mediaType: 'text/plain', state: 'draft' })
  const document = await documents.find(appId, id)
  if (!document) throw wireError(10017, `document ${id} belongs to another app`)
  return document
}

const refuseOthers = (document: DocumentRow, group: string): void => {
  if (document.baseId !== null && document.baseId !== group) {
    throw wireError(10017, `document ${document.id} is in group ${document.baseId}`)
  }
  if (!isSettled(document.state)) throw wireError(10017, `document ${document.id} is ${document.state}`)
}

/** A draft enters the base with its first chunks. Two saves at once meet at the base's lock; the later one finds it done. */
const enterGroup = async (documents: DocumentRepository, document: DocumentRow, group: string): Promise<void> => {
  if (document.state !== 'draft' || (await documents.move(document.id, 'ready', { baseId: group }))) return
  const now = await documents.find(undefined, document.id)
  if (!now) throw wireError(10017, `document ${document.id} was deleted`)
  refuseOthers(now, group)
}
