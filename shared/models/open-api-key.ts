import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { ModelError } from './model-error.ts'

/** The key of a model in clear; '' stays ''. Throws MODEL_KEY_UNREADABLE when it was sealed with another instance key. */
export const openApiKey = (secrets: SecretBox, sealed: string): string => {
  if (sealed === '') return ''
  try {
    return secrets.decrypt(sealed)
  } catch (error) {
    throw new ModelError('MODEL_KEY_UNREADABLE', 'The stored API key of the model cannot be decrypted.', {
      cause: error,
    })
  }
}
