import { endpointUrl } from '../calls/endpoint-url.ts'

/** The Messages URL of a host, a base ending in `/v1`, or the URL itself. Throws MODEL_URL_INVALID. */
export const messagesUrl = (text: string): string =>
  endpointUrl(text, (path) => {
    if (path.endsWith('/messages')) return path
    return /\/v\d+$/.test(path) ? `${path}/messages` : `${path}/v1/messages`
  })
