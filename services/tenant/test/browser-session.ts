import type { RunningOrrery } from '#shared/testing/start-orrery.ts'

export interface Answer {
  status: number
  body: Record<string, unknown>
  headers: Headers
}

/** Somebody at a browser: keeps the cookies that it is given, and says of its requests what a page of this server would say. */
export const createBrowserSession = (orrery: Pick<RunningOrrery, 'url'>, own: Record<string, string> = {}) => {
  const cookies = new Map<string, string>()

  const call = async (
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const response = await fetch(`${orrery.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        'sec-fetch-site': 'same-origin',
        ...(cookies.size > 0 ? { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...own,
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const text = await response.text()
    return { status: response.status, body: readJson(text), headers: response.headers }
  }
  return { call, cookies }
}

const readJson = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text)
  } catch {
    return { text }
  }
}
