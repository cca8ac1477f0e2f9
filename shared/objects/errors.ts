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
