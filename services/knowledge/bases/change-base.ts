import { BaseNotFoundError } from '../errors.ts'
import { toSplitting } from '../splitting/to-splitting.ts'
import type { BaseRow } from '../tables.ts'
import type { ChangeBase } from './base-schemas.ts'
import { checkModels } from './check-models.ts'
import type { CreateBaseDependencies } from './create-base.ts'
import { changeSettings } from './settings-of.ts'

export type ChangeBaseDependencies = CreateBaseDependencies

/** Throws BaseNotFoundError, and ModelNotUsableError for a model that cannot do what it is named for. */
export const changeBase = async (
  { bases, models }: ChangeBaseDependencies,
  { appId, baseId, change }: { appId: string | undefined; baseId: string; change: ChangeBase },
): Promise<BaseRow> => {
  const known = await bases.find(appId, baseId)
  if (!known) throw new BaseNotFoundError(baseId)
  const { splitting, retrieval, ...rest } = change
  await checkModels(models, { ...retrieval, ocrModel: rest.ocrModel })
  const row = await bases.change(appId, baseId, {
    ...rest,
    ...(splitting && { splitting: toSplitting(splitting, known.splitting) }),
    ...(retrieval && { retrieval: changeSettings(known, retrieval) }),
  })
  if (!row) throw new BaseNotFoundError(baseId)
  return row
}
