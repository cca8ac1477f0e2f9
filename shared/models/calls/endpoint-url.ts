import { ModelError } from '../model-error.ts'

/**
 * An endpoint from what people write. Throws MODEL_URL_INVALID for anything but the given schemes.
 * @param complete gives the path of the endpoint for the path that was written, which has no slash at its end
 */
export const endpointUrl = (
  text: string,
  complete: (path: string) => string,
  schemes: readonly string[] = ['http:', 'https:'],
): string => {
  const url = URL.parse(text.trim())
  if (!url || !schemes.includes(url.protocol)) {
    const wanted = schemes.map((scheme) => scheme.slice(0, -1)).join(' or ')
    throw new ModelError('MODEL_URL_INVALID', `The URL of the model is not an ${wanted} URL.`)
  }
  url.pathname = complete(url.pathname.replace(/\/+$/, ''))
  url.hash = ''
  return url.href
}
