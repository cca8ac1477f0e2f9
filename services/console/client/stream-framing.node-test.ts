/** The client against a server that cuts, delays and breaks what it sends, under Node.js. */
import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createOrreryClient } from './orrery-client.ts'
import { OrreryError } from './orrery-error.ts'

type Answer = (facts: {
  path: string
  lastEventId: string | undefined
  response: ServerResponse
}) => void | Promise<void>

/** A client of a server that answers as the test says. */
const withServer = async (
  answer: Answer,
  use: (client: ReturnType<typeof createOrreryClient>) => Promise<void>,
): Promise<void> => {
  const server = createServer((request, response) => {
    const lastEventId = request.headers['last-event-id']
    void answer({ path: request.url ?? '', lastEventId: lastEventId as string | undefined, response })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await use(createOrreryClient({ url: `http://127.0.0.1:${port}/`, key: 'k' }))
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const events = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' })
const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const frame = (content: string, finish?: string) =>
  `data: ${JSON.stringify({ code: 0, choices: [{ delta: { content }, ...(finish ? { finish_reason: finish } : {}) }] })}\n\n`
const isError = (code: string) => (error: unknown) => error instanceof OrreryError && error.code === code

test('an answer is whole however its bytes are cut, with comments and other line ends between', async () => {
  const bytes = Buffer.from(
    `: hello\n\n${frame('天文')}${frame('仪 🪐').replaceAll('\n', '\r\n')}: ping\n\n${frame('', 'stop')}data: [DONE]\n\n`,
  )
  const sendSingly = async ({ response }: { response: ServerResponse }) => {
    events(response)
    for (const byte of bytes) {
      response.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  }
  await withServer(sendSingly, async (client) => {
    const stream = await client.flows.stream('1', { parameters: {} })
    assert.equal((await stream.whole()).content, '天文仪 🪐')
  })
})

test('a stream that ends before its answer is an error, whether it closes or breaks', async () => {
  for (const end of ['end', 'destroy'] as const) {
    const cutOff: Answer = ({ response }) => {
      events(response).write(frame('half'), () => response[end]())
    }
    await withServer(cutOff, async (client) => {
      const stream = await client.flows.stream('1', { parameters: {} })
      await assert.rejects(stream.whole(), isError('STREAM_BROKEN'))
    })
  }
})

test('failures have code and remedy wherever they stand: problem, envelope, first frame, last frame, no JSON at all', async () => {
  const problem = { code: 'TENANT_APP_NOT_FOUND', detail: 'No such app.', remedy: 'Look.', traceId: 't1', status: 404 }
  await withServer(
    ({ response }) => void json(response, 404, problem),
    (client) =>
      assert.rejects(client.apps.get('x'), (error) => {
        assert.ok(error instanceof OrreryError)
        const { code, message, remedy, traceId, status } = error
        assert.deepEqual({ code, detail: message, remedy, traceId, status }, problem)
        return true
      }),
  )
  await withServer(
    ({ response }) => void json(response, 200, { code: 20201, message: 'flow not found', sid: 's' }),
    async (client) => {
      await assert.rejects(client.flows.publish('1'), isError('20201'))
      await assert.rejects(client.flows.stream('1', { parameters: {} }), isError('20201'))
      await assert.rejects(client.flows.run('1', { parameters: {} }), isError('20201'))
      await assert.rejects(client.agents.chat('b', []), isError('20201'))
    },
  )
  const lateFailure = `${frame('half')}data: {"code":40022,"message":"bad model","choices":[]}\n\ndata: [DONE]\n\n`
  await withServer(
    ({ response }) => void events(response).end(lateFailure),
    async (client) => {
      const seen: unknown[] = []
      const read = async () => {
        for await (const { choices } of await client.agents.stream('b', [])) seen.push(choices?.[0]?.delta?.content)
      }
      await assert.rejects(read(), isError('40022'))
      assert.deepEqual(seen, ['half'])
    },
  )
  await withServer(
    ({ response }) => void response.writeHead(502).end('<html>bad gateway</html>'),
    (client) => assert.rejects(client.health(), isError('HTTP_502')),
  )
})

test('a server that is not there says so, and a call that was given up throws the reason', async () => {
  const nowhere = createOrreryClient({ url: 'http://127.0.0.1:9', key: 'k' })
  await assert.rejects(nowhere.health(), isError('CONNECTION_FAILED'))
  const reason = new Error('changed my mind')
  await withServer(
    () => undefined, // never answers
    async (client) => {
      const given = new AbortController()
      const call = client.health({ signal: given.signal })
      given.abort(reason)
      await assert.rejects(call, (error) => error === reason)
    },
  )
})

test('events of a run have no gap and no repeat over broken connections, a refusal and a repeating server', async () => {
  const total = 9
  let connections = 0
  let ended = false
  const seenIds: (string | undefined)[] = []
  const answer: Answer = ({ path, lastEventId, response }) => {
    if (!path.endsWith('/events')) return void json(response, 200, { id: '7', state: ended ? 'completed' : 'running' })
    connections += 1
    seenIds.push(lastEventId)
    if (connections === 2) return void json(response, 503, { code: 'GATEWAY_SERVICE_STARTING', detail: 'Not yet.' })
    // The third connection repeats an event that was already there.
    const first = Number(lastEventId ?? -1) + (connections === 3 ? 0 : 1)
    const last = Math.min(first + 3, total - 1)
    ended = last === total - 1
    const text = Array.from({ length: last - first + 1 }, (_, index) => {
      const sequence = first + index
      return `id: ${sequence}\nevent: step\ndata: {"n":${sequence}}\n\n`
    }).join('')
    events(response).write(`${text}id: 99\nevent: st`, () => (ended ? response.end() : response.destroy()))
  }
  await withServer(answer, async (client) => {
    const sequences: number[] = []
    for await (const { sequence, type, event } of client.runs.events('7')) {
      assert.equal(type, 'step')
      assert.equal(event.n, sequence)
      sequences.push(sequence)
    }
    assert.deepEqual(sequences, [0, 1, 2, 3, 4, 5, 6, 7, 8])
  })
  assert.equal(seenIds[0], undefined)
  assert.deepEqual(seenIds.slice(1, 4), ['3', '3', '6'])
})

test('following a run that does not exist fails at once, and can be given up in a pause', async () => {
  await withServer(
    ({ response }) => void json(response, 404, { code: 'WORKFLOW_RUN_NOT_FOUND', detail: 'No.' }),
    (client) => assert.rejects(client.runs.events('7').next(), isError('WORKFLOW_RUN_NOT_FOUND')),
  )
  const given = new AbortController()
  const reason = new Error('enough')
  await withServer(
    ({ response }) => {
      json(response, 503, { code: 'GATEWAY_SERVICE_STARTING', detail: 'Not yet.' })
      setImmediate(() => given.abort(reason))
    },
    (client) => assert.rejects(client.runs.events('7', { signal: given.signal }).next(), (error) => error === reason),
  )
})
