import { callApp } from '#shared/testing/call-app.ts'
import type { createAgentApp } from '../app.ts'
import { appHeaders } from './create-test-agent.ts'

export interface ShownMessage {
  sequence: number
  role: string
  content: string
  runId: string
  failure: { code: number; message: string } | null
}

/** Calls conversation routes of one app as one caller. */
export const conversationClient = (app: ReturnType<typeof createAgentApp>, appId = 'a1') => {
  const headers = appHeaders(appId)
  const call = (route: Parameters<typeof callApp>[1], body?: unknown) =>
    callApp(app, route, { headers, ...(body === undefined ? {} : { body }) })
  return {
    call,
    async create(fields: object = {}): Promise<string> {
      const { body } = await call('POST /api/conversations', { botId: 'b', ...fields })
      return (body as { id: string }).id
    },
    ask: (id: string, content: string, fields: object = {}) =>
      call(`POST /api/conversations/${id}/messages`, { content, ...fields }),
    async messages(id: string, query = ''): Promise<ShownMessage[]> {
      const { body } = await call(`GET /api/conversations/${id}/messages${query as ''}`)
      return (body as { messages: ShownMessage[] }).messages
    },
    /** The response itself, its body not read. */
    stream: (path: string, options: { body?: unknown; lastEventId?: string } = {}) =>
      app.handle(
        new Request(`http://app.test${path}`, {
          method: options.body === undefined ? 'GET' : 'POST',
          headers: {
            ...headers,
            'content-type': 'application/json',
            ...(options.lastEventId === undefined ? {} : { 'last-event-id': options.lastEventId }),
          },
          ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
        }),
      ),
  }
}

export interface StreamedEvent {
  id: string
  event: string
  data: Record<string, unknown>
}

/** The events of a whole stream, heartbeats left out. */
export const readEvents = (text: string): StreamedEvent[] =>
  text
    .split('\n\n')
    .filter((part) => part.startsWith('id: '))
    .map((part) => {
      const [id = '', event = '', data = ''] = part.split('\n')
      return { id: id.slice(4), event: event.slice(7), data: JSON.parse(data.slice(6)) as Record<string, unknown> }
    })
