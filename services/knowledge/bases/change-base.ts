import { type WantVectorModelDependencies, wantVectorModel } from '../embeddings/want-vector-model.ts'
import { BaseNotFoundError } from '../errors.ts'
import { toSplitting } from '../splitting/to-splitting.ts'
import type { BaseRow } from '../tables.ts'
import type { ChangeBase } from './base-schemas.ts'
import { checkModels } from './check-models.ts'
import type { CreateBaseDependencies } from './create-base.ts'
import { changeSettings } from './settings-of.ts'

export interface ChangeBaseDependencies extends CreateBaseDependencies, WantVectorModelDependencies {}

/** Throws BaseNotFoundError, EngineMissingError, and ModelNotUsableError for a model that cannot do what it is named for. */
export const changeBase = async (
  dependencies: ChangeBaseDependencies,
  { appId, baseId, change }: { appId: string | undefined; baseId: string; change: ChangeBase },
): Promise<BaseRow> => {
  const { bases, models, engines } = dependencies
  const known = await bases.find(appId, baseId)
  if (!known) throw new BaseNotFoundError(baseId)
  const { splitting, retrieval, ...rest } = change
  await checkModels(models, { ...retrieval, ocrModel: rest.ocrModel })
  // The index itself moves in the background, while the old engine answers.
  if (rest.engine && rest.engine !== known.engine) await engines.assertUsable(rest.engine)
  const row = await bases.change(appId, baseId, {
    ...rest,
    ...(splitting && { splitting: toSplitting(splitting, known.splitting) }),
    ...(retrieval && { retrieval: changeSettings(known, retrieval) }),
  })
  if (!row) throw new BaseNotFoundError(baseId)
  await wantVectorModel(dependencies, { before: known, after: row })
  return row
}
