import { OrreryError, toOrreryError } from './orrery-error.ts'

export interface CallOptions {
  /** Gives the call up. The run that it started goes on. */
  signal?: AbortSignal | undefined
}

export interface Call extends CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON, or as it is when it is a form. */
  body?: unknown
  headers?: Record<string, string>
}

/** The one place of the client that speaks HTTP. */
export interface Transport {
  /** An answer with a good status. @throws OrreryError with the answer's code and remedy, or `CONNECTION_FAILED` */
  send(path: string, call?: Call): Promise<Response>
  /** The JSON of such an answer; undefined for 204. */
  json<Result>(path: string, call?: Call): Promise<Result>
  /** `data` of the wire's `{code, message, data}`. @throws OrreryError when the code is not 0, whatever the status */
  envelope<Data>(path: string, call?: Call): Promise<Data>
}

export const createTransport = (options: { url: string; key: string; appId?: string | undefined }): Transport => {
  const base = options.url.replace(/\/+$/, '')

  const send = async (path: string, call: Call = {}): Promise<Response> => {
    const request = toRequestInit(options, call)
    const response = await fetch(`${base}${path}`, request).catch((error: unknown) => {
      throw call.signal?.aborted ? error : unreachable(base, error)
    })
    if (!response.ok) throw await toOrreryError(response)
    return response
  }

  const json = async <Result>(path: string, call?: Call): Promise<Result> => {
    const response = await send(path, call)
    return (response.status === 204 ? undefined : await response.json()) as Result
  }

  return {
    send,
    json,
    async envelope<Data>(path: string, call?: Call): Promise<Data> {
      const { code, message, sid, data } = await json<{ code: number; message: string; sid?: string; data: Data }>(
        path,
        call,
      )
      if (code !== 0) throw new OrreryError({ code: String(code), message, status: 200, traceId: sid ?? '' })
      return data
    },
  }
}

const toRequestInit = (options: { key: string; appId?: string | undefined }, call: Call): RequestInit => ({
  method: call.method ?? (call.body === undefined ? 'GET' : 'POST'),
  headers: {
    authorization: `Bearer ${options.key}`,
    ...(options.appId === undefined ? {} : { 'x-consumer-username': options.appId }),
    ...(call.body === undefined || call.body instanceof FormData ? {} : { 'content-type': 'application/json' }),
    ...call.headers,
  },
  ...(call.body === undefined ? {} : { body: call.body instanceof FormData ? call.body : JSON.stringify(call.body) }),
  ...(call.signal === undefined ? {} : { signal: call.signal }),
})

const unreachable = (base: string, cause: unknown) =>
  new OrreryError({
    code: 'CONNECTION_FAILED',
    message: `${base} cannot be reached.`,
    remedy: 'Check the url, and that Orrery runs: `orrery status`.',
    status: 0,
    cause,
  })

/** A query string of what is given. */
export const queryOf = (fields: Record<string, string | number | undefined>): string => {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}
