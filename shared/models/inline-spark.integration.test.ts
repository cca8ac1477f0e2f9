import { expect, test } from 'bun:test'
import { startWireServer } from './conformance/wire-server.ts'
import { ask, modelContext, textOf } from './fixtures/model-context.ts'

const answer = JSON.stringify({
  header: { code: 0, status: 2 },
  payload: { choices: { text: [{ content: 'Hello' }] } },
})

test('a Spark address in a request is refused inside the network, until an administrator saves the same one', async () => {
  await using server = await startWireServer({ answer: (exchange) => exchange.send(answer) }, '')
  await using context = await modelContext()
  const url = `ws://127.0.0.1:${server.port}/v4.0/chat`
  const endpoint = { url, modelId: '4.0Ultra', apiKey: 'app-1:key:secret' }
  const refused = await context.directory.inline(endpoint)
  await expect(ask(refused)).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' })
  expect(server.requests).toHaveLength(0)

  await context.save({ name: 'spark', provider: 'spark', url })
  context.directory.forget()
  expect(textOf(await ask(await context.directory.inline(endpoint)))).toBe('Hello')
})
