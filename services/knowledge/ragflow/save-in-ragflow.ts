import type { FailedChunk } from '../wire/failed-chunks.ts'
import { savedChunk } from '../wire/strategies/result-shapes.ts'
import { readWireChunk, type WireChunk } from '../wire/wire-chunk.ts'
import { wireError } from '../wire/wire-error.ts'
import type { ChunkSave } from '../wire/wire-models.ts'
import type { WireCall } from '../wire/wire-strategy.ts'
import { chunksPath, listChunks } from './documents.ts'
import { eachInTurn } from './each-in-turn.ts'
import { patchOrPut } from './patch-or-put.ts'
import { AddedChunk, readAnswer } from './ragflow-answers.ts'
import { pathOf } from './ragflow-client.ts'
import { findUsable, type RagflowContext } from './ragflow-context.ts'
import { asWireError, RagflowFailure } from './ragflow-failure.ts'

/**
 * Saves chunks of a document that RAGFlow holds. One that the split made is there already and is only changed where its text was; the others are
 * added. RAGFlow makes a chunk's id of its text, so a repeated save adds nothing. Answers what stands in RAGFlow now; chunks that could not be
 * taken are left out. Throws WireError 10017 when there is no such document, or nothing was saved.
 */
export const saveInRagflow = async (context: RagflowContext, request: ChunkSave, call: WireCall) => {
  const { docId, group } = request
  const placed = await asWireError(10017, () => findUsable(context, docId, call))
  if (!placed) throw wireError(10017, `document ${docId} does not exist`)
  const entered = await context.documents.enterGroup(docId, group)
  if (entered !== undefined && entered !== group) throw wireError(10017, `document ${docId} is in group ${entered}`)

  const { datasetId } = placed
  const at = { datasetId, documentId: docId }
  const failed: FailedChunk[] = []
  const now = new Date()
  const saved = await asWireError(10017, async () => {
    const standing = new Map((await listChunks(context.ask, at, call.signal)).map((chunk) => [chunk.id, chunk.content]))
    return eachInTurn(request.chunks, call.signal, async (value, index, signal) => {
      const chunk = readWireChunk(value)
      try {
        const { id, content } = await saveOne(context, { at, standing, chunk }, signal)
        const position = /^\d{1,15}$/.test(chunk.id ?? '') ? Number(chunk.id) : index
        return { ...savedChunk({ key: id, position, content, references: {} }, { docId, group: datasetId, now }) }
      } catch (error) {
        // What RAGFlow refuses is this chunk; what it cannot do at all ends the save.
        if (!(error instanceof RagflowFailure) || error.reason !== 'refused') throw error
        failed.push({ id: chunk.id ?? String(index), reason: error.message })
        return undefined
      }
    })
  })
  const taken = saved.filter((chunk) => chunk !== undefined)
  if (taken.length > 0) return taken
  throw wireError(10017, failed.map(({ id, reason }) => `chunk ${id}: ${reason}`).join('; '))
}

const saveOne = async (
  { ask }: RagflowContext,
  {
    at,
    standing,
    chunk,
  }: {
    at: { datasetId: string; documentId: string }
    standing: ReadonlyMap<string, string>
    chunk: WireChunk
  },
  signal: AbortSignal,
): Promise<{ id: string; content: string }> => {
  const { content, id, title } = chunk
  if (chunk.problem) throw new RagflowFailure('refused', chunk.problem)
  if (content === undefined || content.trim() === '') throw new RagflowFailure('refused', 'it has no content')
  const keywords = title ? { important_keywords: [title] } : {}
  const before = id === undefined ? undefined : standing.get(id)
  if (id !== undefined && before !== undefined) {
    if (before !== content) {
      await patchOrPut(ask, { path: `${chunksPath(at)}${pathOf(id)}`, body: { content, ...keywords }, signal })
    }
    return { id, content }
  }
  const body = { content, ...keywords }
  const answer = await ask({ method: 'POST', path: chunksPath(at), body, isRepeatable: true, signal })
  return readAnswer(AddedChunk, answer).chunk
}
