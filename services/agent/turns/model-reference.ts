import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { BotModel } from '../bots/bot-config.ts'
import type { ModelReference } from '../loop/turn-events.ts'

/** An endpoint where a URL is given, a saved model otherwise. The key is sealed. */
export const modelReference = (
  secrets: SecretBox,
  model: { url: string; modelId: string; apiKey: string; parameters: ModelReference['parameters'] },
): ModelReference => {
  const { url, modelId, apiKey, parameters } = model
  if (url === '') return { name: modelId, parameters }
  return { url, modelId, keySealed: apiKey === '' ? '' : secrets.encrypt(apiKey), parameters }
}

/** A bot's model: an endpoint of its own where it has one, a saved model otherwise. */
export const botModelReference = (secrets: SecretBox, model: BotModel): ModelReference => {
  const { temperature, max_tokens: maxTokens } = model.parameter
  return modelReference(secrets, {
    url: model.api,
    modelId: model.domain,
    apiKey: model.sk,
    parameters: { temperature, ...(maxTokens > 0 ? { maxTokens } : {}) },
  })
}
