import type { SecretBox } from '#shared/secrets/secret-box.ts'
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
