import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { modelWords } from '#shared/testing/model-server.ts'
import { appHeaders } from '../test/create-test-agent.ts'
import { addDocument, toRan, toVersions } from '../test/fake-gateway.ts'
import { createSecondWorker } from '../test/second-worker.ts'
import { createToolAgent, modelCalls, readFrames, tellFrames } from '../test/tool-agent.ts'

test('a request that is sent again with its key is the same turn, on any worker, and its tools are called once', async () => {
  await using agent = await createToolAgent({
    model: ({ body }) =>
      JSON.stringify(body.messages).includes('"role":"tool"')
        ? modelWords('Done.')
        : modelCalls({ name: 'pay', input: { a: 1, b: 0 } }),
    gateway: {
      'GET /api/v1/tools/versions': () => toVersions({ 'tool@1': addDocument({ method: 'post', operationId: 'pay' }) }),
      'POST /api/v1/tools/http_run': () => toRan('paid'),
    },
  })
  await using second = await createSecondWorker(agent.agent)
  const ask = async ({ app }: Pick<typeof agent, 'app'>, key: string) => {
    const answer = await callApp(app, 'POST /agent/v1/custom/chat/completions', {
      headers: { ...appHeaders('app'), 'idempotency-key': key },
      body: {
        model_config: { domain: 'm', api: agent.server.url },
        messages: [{ role: 'user', content: 'Pay.' }],
        max_loop_count: 3,
        plugin: { tools: ['tool@1'] },
      },
    })
    const frames = readFrames(answer.body)
    return { told: tellFrames(frames), sid: frames[0]?.id, runId: answer.headers.get('x-orrery-run-id') }
  }
  const [one, two] = await Promise.all([ask(agent, 'k1'), ask(second, 'k1')])
  expect(one.told).toEqual(['tool pay', 'content Done.', 'stop 0'])
  expect(two).toEqual(one)
  expect(await ask(second, 'k1')).toEqual(one)
  expect(agent.gateway.askedFor('/api/v1/tools/http_run')).toHaveLength(1)

  expect((await ask(agent, 'k2')).runId).not.toBe(one.runId)
  expect(agent.gateway.askedFor('/api/v1/tools/http_run')).toHaveLength(2)
})
