import { isTextType, type MediaType } from '#shared/documents/media-types.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import type { CommitChunksDependencies } from '../chunks/commit-chunks.ts'
import type { DocumentRepository, RunSubject } from '../documents/document-repository.ts'
import type { VersionContent } from '../documents/version-repository.ts'
import type { BaseRow, DocumentRow } from '../tables.ts'
import { type CommittedReading, commitReadings, type ReadingToCommit } from './commit-reading.ts'
import { gatherCalls } from './gather-calls.ts'

/** Documents that one statement or one commit takes together. */
const TOGETHER_MAX = 64
/** A text of so many bytes is read and split in the time that a few statements take. */
const SMALL_BYTES_MAX = 128 * 1024
/** A document with more chunks has a commit, and an index file, of its own. */
const SMALL_CHUNKS_MAX = 100

export interface GatheredSteps {
  /** Undefined when the document is gone, finished, or another run has it. */
  beginReading: (subject: RunSubject) => Promise<DocumentRow | undefined>
  /** Undefined when it is gone. */
  findBase: (baseId: string) => Promise<BaseRow | undefined>
  /** Rejects as `commitReadings` of it alone does. */
  commit: (call: CommitCall) => Promise<CommittedReading>
}

export interface CommitCall {
  reading: ReadingToCommit
  signal: AbortSignal
}

/** Steps that runs take together when several of one process come to them at the same time: most of what a small document costs is being asked for alone. */
export const createGatheredSteps = (
  dependencies: CommitChunksDependencies & { documents: DocumentRepository },
): GatheredSteps => {
  const commit = async (calls: readonly CommitCall[]) => {
    const signal = AbortSignal.any(calls.map((call) => call.signal))
    signal.throwIfAborted()
    const readings = calls.map(({ reading }) => reading)
    return commitReadings(dependencies, readings, signal)
  }
  const commitSmall = gatherCalls<CommitCall, CommittedReading>({
    keyOf: ({ reading }) => reading.base.id,
    itemsMax: TOGETHER_MAX,
    perform: commit,
  })
  const commitAlone = async (call: CommitCall) => (await commit([call]))[0] as CommittedReading

  return {
    beginReading: gatherCalls<RunSubject, DocumentRow | undefined>({
      keyOf: () => '',
      itemsMax: TOGETHER_MAX,
      async perform(subjects) {
        const rows = await dependencies.documents.beginReading(subjects)
        return subjects.map(({ documentId, runId }) => rows.find((row) => row.id === documentId && row.runId === runId))
      },
    }),

    findBase: gatherCalls<string, BaseRow | undefined>({
      keyOf: (baseId) => baseId,
      itemsMax: TOGETHER_MAX,
      async perform(calls) {
        const base = await createBaseRepository(dependencies.database).find(undefined, calls[0] ?? '')
        return calls.map(() => base)
      },
    }),

    commit: (call) => (call.reading.chunks.length > SMALL_CHUNKS_MAX ? commitAlone(call) : commitSmall(call)),
  }
}

export const isSmallText = ({ mediaType, sizeBytes }: Pick<VersionContent, 'mediaType' | 'sizeBytes'>): boolean =>
  isTextType(mediaType as MediaType) && sizeBytes <= SMALL_BYTES_MAX
