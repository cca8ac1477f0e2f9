import { AppError } from '#shared/errors/app-error.ts'

export class FolderNotFoundError extends AppError {
  readonly code = 'KNOWLEDGE_FOLDER_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(folderId: string) {
    super(`There is no folder ${folderId} in this base.`, {
      remedy: 'List the folders of a base with GET /api/bases/{id}/folders.',
      details: { folderId },
    })
  }
}

export class FolderExistsError extends AppError {
  readonly code = 'KNOWLEDGE_FOLDER_EXISTS'
  readonly kind = 'conflict'

  constructor(name: string) {
    super(`There is a folder named ${name} in that place already.`, {
      remedy: 'Choose another name or another place, or use the folder that is there.',
      details: { name },
    })
  }
}

/** A folder cannot lie in itself. */
export class FolderCycleError extends AppError {
  readonly code = 'KNOWLEDGE_FOLDER_CYCLE'
  readonly kind = 'conflict'

  constructor(folderId: string, parentId: string) {
    super(`The folder ${folderId} cannot be moved into ${parentId}, which lies in it.`, {
      remedy: 'Move it to a folder outside, or to the top with parentId null.',
      details: { folderId, parentId },
    })
  }
}

export class FolderLimitError extends AppError {
  readonly code = 'KNOWLEDGE_FOLDER_LIMIT'
  readonly kind = 'conflict'

  constructor(what: 'depth' | 'count', max: number) {
    super(what === 'depth' ? `Folders lie at most ${max} deep.` : `A base has at most ${max} folders.`, {
      remedy: 'Use tags or metadata for finer divisions, or remove folders that are not needed.',
      details: { max },
    })
  }
}
