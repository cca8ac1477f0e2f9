import type { BaseRepository } from '../bases/base-repository.ts'
import { type CommitChunksDependencies, commitChunks } from '../chunks/commit-chunks.ts'
import { createDocumentRepository, type DocumentRepository } from '../documents/document-repository.ts'
import { isSettled } from '../documents/document-state.ts'
import { DEFAULT_SPLITTING } from '../splitting/split-settings.ts'
import type { DocumentRow } from '../tables.ts'
import { readWireChunk, toNewChunk, type WireChunk } from './wire-chunk.ts'
import { wireError } from './wire-error.ts'
import type { ChunkSave } from './wire-models.ts'

export interface SaveChunksDependencies extends CommitChunksDependencies {
  bases: BaseRepository
  documents: DocumentRepository
}

/** Ids of chunks that could not be taken, as the original's clients read them. */
export type FailedChunks = { failedChunk: { chunkId: string } } | null

export const failedChunks = (ids: readonly string[]): FailedChunks =>
  ids.length === 0 ? null : { failedChunk: { chunkId: ids.join(',') } }

/**
 * Saves chunks of a document into a group, which is a base; base and document come into being with their first chunks, because clients of the
 * wire make these ids themselves. A chunk whose id is known is replaced, so a repeated call changes nothing.
 */
export const saveChunks = async (
  dependencies: SaveChunksDependencies,
  request: ChunkSave,
  appId: string | undefined,
): Promise<FailedChunks> => {
  const chunks = request.chunks.map(readWireChunk)
  const failed: string[] = []
  const usable = new Map<string, WireChunk & { content: string }>()
  for (const [index, chunk] of chunks.entries()) {
    const key = chunk.id ?? String(index)
    if (chunk.content === undefined || chunk.content.trim() === '') failed.push(key)
    else usable.set(key, { ...chunk, content: chunk.content })
  }
  if (usable.size === 0) throw wireError(10017, 'every chunk lacks content')

  await findOrCreateGroup(dependencies.bases, request.group, appId)
  const name = chunks.find((chunk) => chunk.documentName)?.documentName ?? request.docId
  const document = await findOrCreateDocument(dependencies.documents, { id: request.docId, name }, appId)
  refuseOthers(document, request.group)

  await commitChunks(dependencies, {
    baseId: request.group,
    document,
    remove: [...usable.keys()],
    add: [...usable].map(([key, chunk], position) => toNewChunk(chunk, { key, position })),
    before: (transaction) => enterGroup(createDocumentRepository(transaction), document, request.group),
    after: (transaction) => createDocumentRepository(transaction).recount(document.id),
  })
  return failedChunks(failed)
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
