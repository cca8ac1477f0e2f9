import { expect, test } from 'bun:test'
import { silentLogger } from '#shared/logging/logger.ts'
import { startWireServer } from '#shared/models/conformance/wire-server.ts'
import { createProviderModel } from '#shared/models/create-provider-model.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { compile, end, flow, model, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, startEvent, testServices } from '../test/run-in-memory.ts'

const MODEL_ID = 'spark-llm::1'

/** Runs a flow whose node carries a Spark address, through a guard that allows this. */
const askSpark = async (url: string, allow: string) => {
  const guard = createOutboundGuard({ allow })
  const services = testServices({
    models: {
      byName: async () => undefined,
      inline: async (endpoint) =>
        createProviderModel('spark', {
          ...endpoint,
          name: endpoint.modelId,
          parameters: {},
          fetch: guard.fetch,
          openSocket: guard.openSocket,
          logger: silentLogger,
        }),
    },
  })
  const param = { source: 'xinghuo', domain: '4.0Ultra', appId: 'app-1', apiKey: 'key', apiSecret: 'secret' }
  const plan = compile(
    flow(
      [
        start(),
        model('1', url, { inputs: { q: ref('node-start::s', 'q') }, outputs: [output('output')], param }),
        end({ x: ref(MODEL_ID, 'output') }, '{{x}}'),
      ],
      [
        ['node-start::s', MODEL_ID],
        [MODEL_ID, 'node-end::e'],
      ],
    ),
  )
  const events = await runInMemory({ plan, start: startEvent({ q: 'hi' }), services })
  return {
    last: events.at(-1),
    answered: events.find((event) => event.type === 'node-completed' && event.nodeId === MODEL_ID),
  }
}

const frame = (content: string, status: number) =>
  JSON.stringify({ header: { code: 0, status }, payload: { choices: { status, text: [{ content }] } } })
const sparkServer = (...frames: string[]) =>
  startWireServer(
    {
      async answer(exchange) {
        for (const sent of frames) await exchange.send(sent)
      },
    },
    '',
  )

test('a node that carries a Spark address and its credentials is answered over it', async () => {
  await using server = await sparkServer(frame('Hel', 0), frame('lo', 2))
  const { answered } = await askSpark(`ws://127.0.0.1:${server.port}/v4.0/chat`, '127.0.0.1')
  expect(answered).toMatchObject({ outputs: { output: 'Hello' } })
  expect(server.requests[0]?.body).toMatchObject({
    header: { app_id: 'app-1' },
    parameter: { chat: { domain: '4.0Ultra', temperature: 1, max_tokens: 2048 } },
  })
})

test('an error of the vendor is 20303 and carries its code', async () => {
  await using server = await sparkServer(JSON.stringify({ header: { code: 10_013, message: 'moderated', status: 2 } }))
  const { last } = await askSpark(`ws://127.0.0.1:${server.port}/v4.0/chat`, '127.0.0.1')
  expect(last).toMatchObject({ type: 'run-failed', code: 20303, message: expect.stringContaining('10013') })
})

test('an address inside the network is refused', async () => {
  await using server = await sparkServer(frame('inside', 2))
  const { last } = await askSpark(`ws://127.0.0.1:${server.port}/v4.0/chat`, '')
  expect(last).toMatchObject({ type: 'run-failed', code: 20303, message: expect.stringContaining('refused') })
  expect(server.requests).toHaveLength(0)
})
