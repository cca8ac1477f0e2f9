import { AppError } from '#shared/errors/app-error.ts'

export class ObjectMissingError extends AppError {
  readonly code = 'OBJECT_MISSING'
  readonly kind = 'unavailable'

  constructor(hash: string) {
    super(`The stored object ${hash} is not on this host.`, {
      remedy: 'Restore the objects folder of the data directory from a backup, or upload the file again.',
      details: { hash },
    })
  }
}

/** What is being stored is larger than its owner takes. */
export class ObjectTooLargeError extends AppError {
  readonly code = 'OBJECT_TOO_LARGE'
  readonly kind = 'invalid'

  constructor(bytesMax: number) {
    super(`The content is larger than ${bytesMax} bytes.`, {
      remedy: 'Make it smaller, or split it.',
      details: { bytesMax },
    })
  }
}
