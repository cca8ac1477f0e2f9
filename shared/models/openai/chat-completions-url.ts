import { ModelError } from '../model-error.ts'

const COMPLETIONS_PATH = '/chat/completions'
/** `/v1`, Zhipu's `/v4`, Google's `/v1beta/openai`: a base that the path of the operation is added to. */
const VERSIONED_BASE = /\/v\d+[a-z0-9]*(\/openai)?$/

/**
 * The full chat-completions URL of what people write: the URL itself, a base ending in a version, a bare host, or an endpoint that is told
 * by its query string (kept as it is). Throws MODEL_URL_INVALID.
 */
export const chatCompletionsUrl = (text: string): string => {
  const url = URL.parse(text.trim())
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ModelError('MODEL_URL_INVALID', 'The URL of the model is not an http or https URL.')
  }
  const path = url.pathname.replace(/\/+$/, '')
  if (path.endsWith(COMPLETIONS_PATH)) url.pathname = path
  else if (path === '') url.pathname = `/v1${COMPLETIONS_PATH}`
  else if (VERSIONED_BASE.test(path) || url.search === '') url.pathname = `${path}${COMPLETIONS_PATH}`
  url.hash = ''
  return url.href
}
