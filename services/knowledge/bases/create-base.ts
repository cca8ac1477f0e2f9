import type { RefreshableModelDirectory } from '#shared/models/model-directory.ts'
import { BaseExistsError } from '../errors.ts'
import type { EngineChoice } from '../retrieval/index-engine.ts'
import { DEFAULT_SPLITTING } from '../splitting/split-settings.ts'
import { toSplitting } from '../splitting/to-splitting.ts'
import type { BaseRow } from '../tables.ts'
import type { BaseRepository } from './base-repository.ts'
import type { CreateBase } from './base-schemas.ts'
import { checkModels } from './check-models.ts'
import { changeSettings } from './settings-of.ts'

export interface CreateBaseDependencies {
  bases: BaseRepository
  models: RefreshableModelDirectory
  engines: EngineChoice
}

/** Throws BaseExistsError for a taken id, ModelNotUsableError for a model that cannot do what it is named for, EngineMissingError, SplittingInvalidError. */
export const createBase = async (
  { bases, models, engines }: CreateBaseDependencies,
  { appId, settings }: { appId: string | undefined; settings: CreateBase },
): Promise<BaseRow> => {
  const { id = Bun.randomUUIDv7(), name, description = '', splitting, retrieval = {}, ...rest } = settings
  await checkModels(models, { ...retrieval, ocrModel: rest.ocrModel })
  if (rest.engine) await engines.assertUsable(rest.engine)
  const row = await bases.insert({
    ...rest,
    id,
    appId: appId ?? '',
    name,
    description,
    splitting: toSplitting(splitting, DEFAULT_SPLITTING),
    retrieval: changeSettings({ retrieval: {} }, retrieval),
  })
  if (!row) throw new BaseExistsError(id)
  return row
}
