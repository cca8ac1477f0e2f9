import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One question that reached the gateway. */
export interface GatewayQuestion {
  method: string
  path: string
  query: URLSearchParams
  headers: Headers
  /** JSON of the body; undefined without one. */
  body: unknown
}

type Answer = (question: GatewayQuestion) => Response | object | Promise<Response | object>

/** A gateway whose services answer as the test says, by `METHOD /path`; on a real unix socket. What it is not told of is status 404. */
export const startFakeGateway = async (answers: Record<string, Answer>) => {
  const directory = await mkdtemp(join(tmpdir(), 'agent-gateway-'))
  const path = join(directory, 'gateway.sock')
  const asked: GatewayQuestion[] = []
  const server = Bun.serve({
    unix: path,
    async fetch(request) {
      const url = new URL(request.url)
      const text = await request.text()
      const { method, headers } = request
      const body: unknown = text === '' ? undefined : JSON.parse(text)
      const question = { method, path: url.pathname, query: url.searchParams, headers, body }
      asked.push(question)
      const answer = await answers[`${method} ${url.pathname}`]?.(question)
      if (answer instanceof Response) return answer
      return answer ? Response.json(answer) : Response.json({ detail: 'there is no such route' }, { status: 404 })
    },
  })
  return {
    path,
    answers,
    asked,
    askedFor: (pathname: string) => asked.filter((question) => question.path === pathname),
    async [Symbol.asyncDispose]() {
      await server.stop(true)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** An OpenAPI document with one operation, which takes the query parameters `a` and `b`. */
export const addDocument = (fields: { method?: string; operationId?: string } = {}) => ({
  openapi: '3.0.1',
  info: { title: 'add', version: '1.0' },
  servers: [{ url: 'https://example.org' }],
  paths: {
    '/add': {
      [fields.method ?? 'get']: {
        operationId: fields.operationId ?? 'add',
        description: 'Adds two numbers.',
        parameters: ['a', 'b'].map((name) => ({
          name,
          in: 'query',
          required: true,
          schema: { type: 'number', 'x-from': 0 },
        })),
        responses: { 200: { description: 'The sum.' } },
      },
    },
  },
})

/** The link service's answer to a question for documents. */
export const toVersions = (documents: Record<string, object>) => ({
  code: 0,
  message: 'Success',
  sid: 's',
  data: {
    tools: Object.entries(documents).map(([id, document]) => ({
      id,
      version: 'V1.0',
      schema: JSON.stringify(document),
    })),
  },
})

/** The link service's answer to a call. */
export const toRan = (text: string) => ({
  header: { code: 0, message: 'Success', sid: 'link-sid' },
  payload: { text: { text } },
})
