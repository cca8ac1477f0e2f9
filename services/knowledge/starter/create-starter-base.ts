import { findHeadings } from '#shared/documents/read-markdown.ts'
import { commitChunks } from '../chunks/commit-chunks.ts'
import type { KnowledgeDependencies } from '../dependencies.ts'
import { createDocumentRepository } from '../documents/document-repository.ts'
import { createVersionRepository } from '../documents/version-repository.ts'
import { makeChunks } from '../ingestion/make-chunks.ts'
import { DEFAULT_SPLITTING } from '../splitting/split-settings.ts'
import { HANDBOOK_NAME, handbookMarkdown } from './handbook.ts'
import { createStarterRepository } from './starter-repository.ts'

export const STARTER_BASE_ID = 'starter-handbook'
export const STARTER_APP_ID = 'starter'
const STARTER_DOCUMENT_ID = 'starter-handbook-text'

/** Another worker created the starter in the same moment. */
class StarterThereError extends Error {}

/**
 * Creates the base with the handbook once in the life of a database: what a user changed stays changed, and what was deleted stays deleted. The
 * base and its chunks come in one commit each; a start that was killed in between is completed by the next one.
 */
export const createStarterBase = async (
  dependencies: Pick<KnowledgeDependencies, 'database' | 'index' | 'files' | 'logger' | 'models'>,
): Promise<void> => {
  const { database, files, logger } = dependencies
  if (await createStarterRepository(database).exists(STARTER_BASE_ID)) return
  const text = handbookMarkdown()
  const bytes = new TextEncoder().encode(text)
  const contentHash = await files.put(bytes)
  await createStarterRepository(database).prepareBase({
    base: {
      id: STARTER_BASE_ID,
      appId: STARTER_APP_ID,
      name: HANDBOOK_NAME,
      description: 'What Orrery is and how to run it. The starter flow 102 answers with it.',
      splitting: DEFAULT_SPLITTING,
    },
    document: {
      id: STARTER_DOCUMENT_ID,
      appId: STARTER_APP_ID,
      baseId: STARTER_BASE_ID,
      name: `${HANDBOOK_NAME}.md`,
      mediaType: 'text/markdown',
      contentHash,
      sizeBytes: bytes.byteLength,
      state: 'indexing',
    },
  })
  const document = await createDocumentRepository(database).find(STARTER_APP_ID, STARTER_DOCUMENT_ID)
  if (!document) return
  const chunks = makeChunks({ text, headings: findHeadings(text), pageStarts: [] }, DEFAULT_SPLITTING)
  try {
    await commitChunks(dependencies, {
      baseId: STARTER_BASE_ID,
      document,
      add: chunks,
      before: async (transaction) => {
        if (!(await createStarterRepository(transaction).claim(STARTER_BASE_ID))) throw new StarterThereError()
        await createVersionRepository(transaction).switchTo({ document }, { chunkCount: chunks.length })
      },
    })
    logger.info({ baseId: STARTER_BASE_ID, chunks: chunks.length }, 'starter base created')
  } catch (error) {
    if (!(error instanceof StarterThereError)) throw error
  }
}
