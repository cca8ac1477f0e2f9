import { describe, expect, test } from 'bun:test'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { modelAt } from '../conformance/model-at.ts'
import { listen } from '../conformance/play-provider.ts'
import { startWireServer } from '../conformance/wire-server.ts'

const frame = (text: object[], status: number, more: object = {}) =>
  JSON.stringify({ header: { code: 0, status }, payload: { choices: { status, text }, ...more } })
const failed = (code: number) => JSON.stringify({ header: { code, message: 'no', sid: 's1', status: 2 } })
const answering = (...frames: string[]) =>
  startWireServer(
    {
      async answer(exchange) {
        for (const sent of frames) await exchange.send(sent)
      },
    },
    '',
  )
const at = (server: { port: number }) => `ws://127.0.0.1:${server.port}/v4.0/chat`

describe('codes of the vendor', () => {
  test.each([
    [10_005, 'MODEL_REFUSED'],
    [10_007, 'MODEL_LIMITED'],
    [10_008, 'MODEL_UNREACHABLE'],
    [10_013, 'MODEL_REFUSED'],
    [10_110, 'MODEL_UNREACHABLE'],
    [10_907, 'MODEL_REFUSED'],
    [11_200, 'MODEL_REFUSED'],
    [11_202, 'MODEL_LIMITED'],
    [99_999, 'MODEL_REFUSED'],
  ])('%d is %s and stands in the message', async (code, expected) => {
    await using server = await answering(failed(code))
    await expect(listen(modelAt('spark', at(server)))).rejects.toMatchObject({
      code: expected,
      message: expect.stringContaining(`(code ${code})`),
    })
    expect(server.requests).toHaveLength(expected === 'MODEL_REFUSED' ? 1 : 3)
  })
})

test('frames may be pretty, and calls may come in a list', async () => {
  const call = { id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a":1}' } }
  const pretty = JSON.stringify(JSON.parse(frame([{ content: 'a\nb', tool_calls: [call, call] }], 2)), null, 2)
  await using server = await answering(pretty)
  const heard = await listen(modelAt('spark', at(server)))
  expect(heard.text).toBe('a\nb')
  expect(heard.calls).toHaveLength(2)
  expect(heard.finish?.reason).toBe('tool-calls')
})

test('what the vendor wants of a request is in its place', async () => {
  await using server = await answering(frame([{ content: 'A cat.' }], 2))
  await listen(modelAt('spark', at(server), { parameters: { top_k: 4, uid: 'u'.repeat(40) } }), {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Look.' },
      { role: 'user', content: 'What is it?', images: [{ url: 'data:image/png;base64,aGk=' }] },
    ],
  })
  expect(server.requests[0]?.body).toEqual({
    header: { app_id: 'app-1', uid: 'u'.repeat(32) },
    parameter: { chat: { top_k: 4, domain: 'm1' } },
    payload: {
      message: {
        text: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Look.' },
          { role: 'user', content: 'aGk=', content_type: 'image' },
          { role: 'user', content: 'What is it?', content_type: 'text' },
        ],
      },
    },
  })
})

test('credentials in another form are refused before anything is sent', async () => {
  await using server = await answering()
  const asking = listen(modelAt('spark', at(server), { apiKey: 'only-a-key' }))
  await expect(asking).rejects.toMatchObject({ code: 'MODEL_KEY_UNREADABLE' })
  expect(server.requests).toHaveLength(0)
})

describe('behind the outbound guard', () => {
  const guarded = (allow: string) => {
    const guard = createOutboundGuard({ allow, resolveHost: async () => ['127.0.0.1'] })
    return { fetch: guard.fetch, openSocket: guard.openSocket }
  }

  test('an address inside the network is refused', async () => {
    await using server = await answering(frame([{ content: 'a' }], 2))
    const url = `ws://spark.test:${server.port}/v4.0/chat`
    await expect(listen(modelAt('spark', url, guarded('')))).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' })
    expect(server.requests).toHaveLength(0)
  })

  test('the checked address is connected to under the name that was signed', async () => {
    await using server = await answering(frame([{ content: 'a' }], 2))
    const url = `ws://spark.test:${server.port}/v4.0/chat`
    expect((await listen(modelAt('spark', url, guarded('127.0.0.1')))).text).toBe('a')
    expect(server.requests[0]?.headers.host).toBe(`spark.test:${server.port}`)
  })
})
