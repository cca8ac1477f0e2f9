import type { BaseRepository } from '../bases/base-repository.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import { BaseNotFoundError, DocumentNotFoundError } from '../errors.ts'
import type { BaseRow, DocumentRow } from '../tables.ts'
import type { DocumentRepository } from './document-repository.ts'

/** What a request may reach: bases and documents of others look as if they were not there. */
export const createScope = ({ bases, documents }: { bases: BaseRepository; documents: DocumentRepository }) => ({
  /** Throws BaseNotFoundError. */
  async baseOf(request: Request, baseId: string): Promise<BaseRow> {
    const base = await bases.find(scopeOf(request.headers), baseId)
    if (!base) throw new BaseNotFoundError(baseId)
    return base
  },

  /** Throws DocumentNotFoundError. */
  async documentOf(request: Request, documentId: string): Promise<DocumentRow> {
    const document = await documents.find(scopeOf(request.headers), documentId)
    if (!document) throw new DocumentNotFoundError(documentId)
    return document
  },
})
