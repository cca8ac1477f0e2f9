import { type FallbackProblem, findFallbackProblem } from '#shared/models/check-fallbacks.ts'
import { modelUrl } from '#shared/models/kinds-of-provider.ts'
import type { RefreshableModelDirectory } from '#shared/models/model-directory.ts'
import { ModelError } from '#shared/models/model-error.ts'
import type { ModelRepository, ModelRow, NewModel } from '#shared/models/model-repository.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { ModelInUseError, ModelNameTakenError, ModelNotFoundError } from '../errors.ts'

export interface SaveModelDependencies {
  models: ModelRepository
  directory: RefreshableModelDirectory
  secrets: SecretBox
}

/** What may be set of a model; the key in clear. */
export interface ModelSettings
  extends Partial<
    Pick<ModelRow, 'url' | 'modelId' | 'enabled' | 'parameters' | 'fallbacks' | 'price' | 'limits' | 'capabilities'>
  > {
  apiKey?: string
}

/** Adds a model. Throws MODEL_URL_INVALID, MODEL_KIND_WRONG, MODEL_FALLBACK_WRONG and AGENT_MODEL_NAME_TAKEN. */
export const addModel = async (
  dependencies: SaveModelDependencies,
  input: ModelSettings & { name: string; provider: ModelRow['provider']; kind: ModelRow['kind'] },
): Promise<ModelRow> => {
  const { name, provider, kind, modelId = name } = input
  checkUrl({ provider, kind, url: input.url ?? '', modelId })
  const row = { ...toColumns(dependencies.secrets, input), name, provider, kind, modelId }
  const added = await dependencies.models.locked(async (models) => {
    await checkFallbacks(models, { name, kind, fallbacks: input.fallbacks ?? [] })
    return models.insert(row)
  })
  if (!added) throw new ModelNameTakenError(name)
  dependencies.directory.forget()
  return added
}

/** Changes what is given, keeps the rest. Throws MODEL_URL_INVALID, MODEL_FALLBACK_WRONG and AGENT_MODEL_NOT_FOUND. */
export const changeModel = async (
  dependencies: SaveModelDependencies,
  name: string,
  input: ModelSettings,
): Promise<ModelRow> => {
  const changed = await dependencies.models.locked(async (models) => {
    const known = await models.find(name)
    if (!known) throw new ModelNotFoundError(name)
    const { url = known.url, modelId = known.modelId } = input
    if (input.url !== undefined || input.modelId !== undefined) checkUrl({ ...known, url, modelId })
    if (input.fallbacks) await checkFallbacks(models, { ...known, fallbacks: input.fallbacks })
    return models.update(name, toColumns(dependencies.secrets, input))
  })
  if (!changed) throw new ModelNotFoundError(name)
  dependencies.directory.forget()
  return changed
}

/** Throws AGENT_MODEL_IN_USE while another model names it to stand in, and AGENT_MODEL_NOT_FOUND. */
export const removeModel = async (dependencies: SaveModelDependencies, name: string): Promise<void> => {
  await dependencies.models.locked(async (models) => {
    const users = (await models.list()).filter(({ fallbacks }) => fallbacks.includes(name))
    if (users.length > 0)
      throw new ModelInUseError(
        name,
        users.map((user) => user.name),
      )
    if (!(await models.remove(name))) throw new ModelNotFoundError(name)
  })
  dependencies.directory.forget()
}

const toColumns = (secrets: SecretBox, { apiKey, ...settings }: ModelSettings): Partial<NewModel> => ({
  ...pickSettings(settings),
  ...(apiKey === undefined ? {} : { apiKeyEncrypted: apiKey === '' ? '' : secrets.encrypt(apiKey) }),
})

/** What is undefined stays out, so that the columns keep their values. */
const pickSettings = (settings: Omit<ModelSettings, 'apiKey'>): Partial<NewModel> => {
  const { url, enabled, modelId, parameters, fallbacks, price, limits, capabilities } = settings
  const columns = { url, enabled, modelId, parameters, fallbacks, price, limits, capabilities }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}

const checkUrl = (model: Pick<ModelRow, 'provider' | 'kind' | 'url' | 'modelId'>): void => {
  modelUrl(model)
}

const checkFallbacks = async (
  models: ModelRepository,
  model: Pick<ModelRow, 'name' | 'kind' | 'fallbacks'>,
): Promise<void> => {
  if (model.fallbacks.length === 0) return
  const problem = findFallbackProblem(
    model,
    (await models.list()).filter(({ name }) => name !== model.name),
  )
  if (problem) throw new ModelError('MODEL_FALLBACK_WRONG', describe(model.name, problem))
}

const describe = (name: string, problem: FallbackProblem): string => {
  if (problem.problem === 'loop') return `The model ${name} would stand in for itself: ${problem.path.join(' → ')}.`
  if (problem.problem === 'unknown') return `No model is named "${problem.name}", which shall stand in for ${name}.`
  if (problem.problem === 'other-kind')
    return `The model ${problem.name} is of another kind than ${name}, for which it shall stand in.`
  return 'Vectors of two models cannot be compared, so nothing can stand in for an embedding model.'
}
