import { endpointUrl } from '../calls/endpoint-url.ts'

/** The chat URL of a host, a base ending in `/api`, or the URL itself. Throws MODEL_URL_INVALID. */
export const ollamaChatUrl = (text: string): string =>
  endpointUrl(text, (path) => {
    if (path.endsWith('/api/chat')) return path
    return path.endsWith('/api') ? `${path}/chat` : `${path}/api/chat`
  })
