import type { DocumentRow } from '../tables.ts'
import type { DocumentRepository } from './document-repository.ts'

const POLL_MS = 50

/** The document once it is ready or failed; as it then is when `msMax` is over or the caller left. */
export const awaitIngestion = async (
  dependencies: { documents: Pick<DocumentRepository, 'find'> },
  document: DocumentRow,
  wait: { msMax: number; signal: AbortSignal },
): Promise<DocumentRow> => {
  const deadline = Date.now() + wait.msMax
  let current = document
  while (!isSettled(current) && Date.now() < deadline && !wait.signal.aborted) {
    await Bun.sleep(POLL_MS)
    const found = await dependencies.documents.find(undefined, document.id)
    if (!found) return current // deleted meanwhile
    current = found
  }
  return current
}

const isSettled = ({ state }: DocumentRow): boolean => state === 'ready' || state === 'failed'
