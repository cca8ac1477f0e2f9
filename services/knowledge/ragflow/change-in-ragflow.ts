import { type FailedChunk, failedReasons } from '../wire/failed-chunks.ts'
import { readWireChunk } from '../wire/wire-chunk.ts'
import { wireError } from '../wire/wire-error.ts'
import type { ChunkDelete, ChunkUpdate } from '../wire/wire-models.ts'
import type { WireCall } from '../wire/wire-strategy.ts'
import { chunksPath } from './documents.ts'
import { eachInTurn } from './each-in-turn.ts'
import { patchOrPut } from './patch-or-put.ts'
import { pathOf } from './ragflow-client.ts'
import { findUsable, type RagflowContext } from './ragflow-context.ts'
import { asWireError, RagflowFailure } from './ragflow-failure.ts'

/** RAGFlow's words when some of the chunks to delete were gone already. */
const PARTLY_GONE = /^rm_chunk deleted chunks \d+, expect \d+/

/** Changes chunks, and no more of them than the request says. Answers which could not be changed. Throws WireError 10018. */
export const updateInRagflow = async (context: RagflowContext, request: ChunkUpdate, call: WireCall) => {
  const placed = await asWireError(10018, () => findUsable(context, request.docId, call))
  if (!placed) throw wireError(10018, `document ${request.docId} does not exist`)
  const at = { datasetId: placed.datasetId, documentId: request.docId }
  const outcomes = await asWireError(10018, () =>
    eachInTurn(request.chunks, call.signal, (chunk, index, signal) => updateOne(context, { at, chunk, index }, signal)),
  )
  return failedReasons(outcomes.filter((outcome) => outcome !== undefined))
}

const updateOne = async (
  { ask }: RagflowContext,
  change: { at: { datasetId: string; documentId: string }; chunk: unknown; index: number },
  signal: AbortSignal,
): Promise<FailedChunk | undefined> => {
  const { id, title, content, available, problem } = readWireChunk(change.chunk)
  const failed = (reason: string): FailedChunk => ({ id: id ?? String(change.index), reason })
  if (id === undefined) return failed('it has no id')
  if (problem) return failed(problem)
  if (content?.trim() === '') return failed('it would have no content')
  const body = {
    ...(content !== undefined && { content }),
    ...(title && { important_keywords: [title] }),
    ...(available !== undefined && { available }),
  }
  try {
    await patchOrPut(ask, { path: `${chunksPath(change.at)}${pathOf(id)}`, body, signal })
    return undefined
  } catch (error) {
    if (!(error instanceof RagflowFailure) || error.reason !== 'refused') throw error
    return failed(error.message)
  }
}

/** Deletes chunks by id. Those that are gone already are fine. Throws WireError 10002 or 10019. */
export const deleteInRagflow = async (context: RagflowContext, request: ChunkDelete, call: WireCall): Promise<null> => {
  const chunkIds = [...new Set(request.chunkIds ?? [])]
  if (chunkIds.length === 0) throw wireError(10002, 'chunkIds is needed')
  return asWireError(10019, async () => {
    const placed = await findUsable(context, request.docId, call)
    if (!placed) throw wireError(10019, `document ${request.docId} does not exist`)
    const path = chunksPath({ datasetId: placed.datasetId, documentId: request.docId })
    try {
      const body = { chunk_ids: chunkIds }
      await context.ask({ method: 'DELETE', path, body, isRepeatable: true, signal: call.signal })
    } catch (error) {
      if (!(error instanceof RagflowFailure) || !PARTLY_GONE.test(error.message)) throw error
    }
    return null
  })
}
