/** The application that all runs belong to. */
export const APP = 'chaos'

/** A whole request fails when nothing came for so long; below it, outages are waited out. */
const ANSWER_MS_MAX = 30_000

export interface RunApi {
  /** Rejects when no answer came: what was asked may have been done. Nothing is repeated here. */
  send(path: string, body: object, headers?: Record<string, string>): Promise<Response>
  get(path: string, headers?: Record<string, string>): Promise<Response>
}

export const createRunApi = (url: string, rootKey: string): RunApi => {
  const own = { authorization: `Bearer ${rootKey}`, 'x-consumer-username': APP }
  // A new connection for each: on a kept one, Bun would repeat requests by itself.
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(), ANSWER_MS_MAX)
    try {
      return await fetch(`${url}${path}`, { ...init, keepalive: false, signal: silence.signal })
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    send: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { ...own, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    get: (path, headers = {}) => ask(path, { headers: { ...own, ...headers } }),
  }
}

/** An answer that says nothing about the request itself: somebody who does not know what happened asks again. */
export const isTransient = (status: number): boolean => status >= 500 || status === 429
