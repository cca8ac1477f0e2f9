import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startWorkflow } from '../fixtures/start-workflow.ts'
import { end, flow, node, ref } from '../test/build-flow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const start = node('node-start::s', {
  outputs: [
    { name: 'q', required: true, schema: { type: 'string', description: 'What you ask' } },
    { name: 'n', schema: { type: 'integer' } },
    { name: 'f', schema: { type: 'string' }, fileType: 'file', allowedFileType: ['pdf', 'doc'] },
  ],
})
const definition = flow([start, end({ x: ref('node-start::s', 'q') }, '{{x}}')], [['node-start::s', 'node-end::e']])

test.each(['/workflow/v1', '/sparkflow/v1'])(
  '%s describes the parameters to apps that may run the flow',
  async (prefix) => {
    const body = { name: 'Asks', description: 'asks a lot', app_id: 'alice', data: definition }
    const added = await workflow.json('POST /workflow/v1/protocol/add', { appId: 'alice', body })
    const path = `GET ${prefix}/get_flow_info/${added.data.flow_id}`
    expect((await workflow.json(path, { appId: 'alice' })).code).toBe(20004)
    await workflow.json('POST /v1/publish', {
      appId: 'alice',
      body: { flow_id: added.data.flow_id, release_status: 1 },
    })
    expect((await workflow.json(path, { appId: 'alice' })).data).toEqual({
      name: 'Asks',
      description: 'asks a lot',
      inputSchema: {
        type: 'object',
        properties: {
          q: { type: 'string', description: 'What you ask' },
          n: { type: 'integer', description: '' },
          f: { type: 'string', description: '', fileType: 'pdf' },
        },
        required: ['q'],
      },
    })
    expect((await workflow.json(path, { appId: 'bob' })).code).toBe(20004)
    expect(await workflow.json(path)).toMatchObject({
      code: 460,
      message: expect.stringContaining('header->x-consumer-username'),
    })
    expect((await workflow.json(`GET ${prefix}/get_flow_info/987654321`, { appId: 'alice' })).code).toBe(20201)
  },
)
