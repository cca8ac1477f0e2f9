import type { AnyElysia } from 'elysia'

export interface AppResponse {
  status: number
  headers: Headers
  body: unknown
}

/** Sends one request to an app in memory: `callApp(app, 'POST /documents', { body })`. */
export const callApp = async (
  app: AnyElysia,
  route: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`,
  options: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<AppResponse> => {
  const [method, path] = route.split(' ') as [string, string]
  const request = new Request(`http://app.test${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...options.headers },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  const response = await app.handle(request)
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : parseBody(text),
  }
}

const parseBody = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
