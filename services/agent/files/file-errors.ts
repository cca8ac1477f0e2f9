import { AppError } from '#shared/errors/app-error.ts'

export class FileNotFoundError extends AppError {
  readonly code = 'AGENT_FILE_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(id: string) {
    super(`No file has the id "${id}".`, {
      remedy: 'Upload it with POST /api/files; an app sees its own files only.',
      details: { id },
    })
  }
}

export class FileTooLargeError extends AppError {
  readonly code = 'AGENT_FILE_TOO_LARGE'
  readonly kind = 'too_large'

  constructor(kind: 'image' | 'document', bytesMax: number) {
    super(`The ${kind} is larger than ${bytesMax} bytes.`, { remedy: 'Make it smaller.', details: { bytesMax } })
  }
}

export class FileUrlInvalidError extends AppError {
  readonly code = 'AGENT_FILE_URL_INVALID'
  readonly kind = 'invalid'

  constructor() {
    super('The address of a file is not a data: URL with base64 content.', {
      remedy: 'Send data:<media type>;base64,<content>, or upload the file with POST /api/files and send its id.',
    })
  }
}

export class FilesTooManyError extends AppError {
  readonly code = 'AGENT_FILES_TOO_MANY'
  readonly kind = 'invalid'

  constructor(filesMax: number) {
    super(`A message has at most ${filesMax} files.`, { remedy: 'Send some of them with another message.' })
  }
}
