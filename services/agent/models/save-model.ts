import type { RefreshableModelDirectory } from '#shared/models/model-directory.ts'
import type { ModelRepository, ModelRow } from '#shared/models/model-repository.ts'
import { chatCompletionsUrl } from '#shared/models/openai/chat-completions-url.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { ModelNameTakenError, ModelNotFoundError } from '../errors.ts'

export interface SaveModelDependencies {
  models: ModelRepository
  directory: RefreshableModelDirectory
  secrets: SecretBox
}

/** What may be set of a model; the key in clear. */
export interface ModelSettings {
  url?: string
  modelId?: string
  apiKey?: string
  enabled?: boolean
  parameters?: Record<string, unknown>
}

/** Adds a model. Throws MODEL_URL_INVALID and AGENT_MODEL_NAME_TAKEN. */
export const addModel = async (
  dependencies: SaveModelDependencies,
  input: ModelSettings & { name: string; provider: ModelRow['provider'] },
): Promise<ModelRow> => {
  const { name, provider } = input
  const settings = toColumns(dependencies.secrets, provider, { url: '', ...input })
  const row = await dependencies.models.insert({ name, provider, ...settings, modelId: input.modelId ?? name })
  if (!row) throw new ModelNameTakenError(name)
  dependencies.directory.forget()
  return row
}

/** Changes what is given, keeps the rest. Throws MODEL_URL_INVALID and AGENT_MODEL_NOT_FOUND. */
export const changeModel = async (
  dependencies: SaveModelDependencies,
  name: string,
  input: ModelSettings,
): Promise<ModelRow> => {
  const known = await dependencies.models.find(name)
  const row = known && (await dependencies.models.update(name, toColumns(dependencies.secrets, known.provider, input)))
  if (!row) throw new ModelNotFoundError(name)
  dependencies.directory.forget()
  return row
}

export const removeModel = async (dependencies: SaveModelDependencies, name: string): Promise<void> => {
  if (!(await dependencies.models.remove(name))) throw new ModelNotFoundError(name)
  dependencies.directory.forget()
}

const toColumns = (secrets: SecretBox, provider: ModelRow['provider'], input: ModelSettings) => {
  const { url, modelId, apiKey, enabled, parameters } = input
  if (provider === 'openai' && url !== undefined) chatCompletionsUrl(url)
  return {
    ...(url === undefined ? {} : { url }),
    ...(modelId === undefined ? {} : { modelId }),
    ...(apiKey === undefined ? {} : { apiKeyEncrypted: apiKey === '' ? '' : secrets.encrypt(apiKey) }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(parameters === undefined ? {} : { parameters }),
  }
}
