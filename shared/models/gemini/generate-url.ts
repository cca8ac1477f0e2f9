import { endpointUrl } from '../calls/endpoint-url.ts'

/**
 * The streaming URL of a model: from a host, a base ending in a version (`/v1beta`), or a URL that names a model and its method.
 * Throws MODEL_URL_INVALID.
 */
export const generateUrl = (text: string, modelId: string): string => {
  const url = new URL(
    endpointUrl(text, (path) => {
      if (path.includes(':generateContent')) return path.replace(':generateContent', ':streamGenerateContent')
      if (path.includes(':streamGenerateContent')) return path
      const base = /\/v\d+[a-z0-9]*(\/|$)/.test(path) ? path : `${path}/v1beta`
      return `${base}/${modelId.includes('/') ? modelId : `models/${modelId}`}:streamGenerateContent`
    }),
  )
  url.searchParams.set('alt', 'sse')
  return url.href
}
