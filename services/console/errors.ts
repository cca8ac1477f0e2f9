import { AppError } from '#shared/errors/app-error.ts'

export class AssetNotFoundError extends AppError {
  readonly code = 'CONSOLE_ASSET_NOT_FOUND'
  readonly kind = 'not_found'

  constructor(path: string) {
    super(`There is no file ${path}.`, { remedy: 'Start at / or /swagger.' })
  }
}
