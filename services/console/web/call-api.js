/** A failed call in words: what happened, its code, what to do. */
export class CallError extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/**
 * Calls a route of this server with the key, or without one as whoever is signed in, and, where one is chosen, for an app. Throws CallError with code and remedy when it is refused.
 */
export const callApi = async (path, { key, appId, body, signal, method } = {}) => {
  const response = await fetch(path, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(key ? { authorization: `Bearer ${key}` } : {}),
      ...(appId ? { 'x-consumer-username': appId } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  })
  if (!response.ok) throw new CallError(response.status, await describeFailure(response))
  return response
}

/** Problem documents, errors in OpenAI's shape and the wire's envelopes, as one text. */
const describeFailure = async (response) => {
  const text = await response.text()
  try {
    const body = JSON.parse(text)
    const error = body.error ?? body
    const message = error.detail ?? error.message ?? response.statusText
    return [error.code ? `${message} (${error.code})` : message, error.remedy].filter(Boolean).join('\n')
  } catch {
    return `The server answered with status ${response.status}.`
  }
}
