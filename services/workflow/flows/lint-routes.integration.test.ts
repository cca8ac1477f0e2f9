import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startWorkflow } from '../fixtures/start-workflow.ts'
import { end, flow, joiner, ref, start } from '../test/build-flow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

const START = 'node-start::s'
const END = 'node-end::e'
const create = async (definition?: object): Promise<string> => {
  const body = { name: 'Flow', ...(definition && { definition }) }
  return (await workflow.json('POST /api/flows', { appId: 'alice', body })).id
}
const doubtful = flow([start(), joiner('a', {}, ''), end({ x: ref(START, 'q') }, '{{y}}')], [[START, END]])
const broken = flow([start(), end({ x: ref('message::gone', 'x') }, '{{x}}')], [[START, END]])
const build = async (flowId: string) => {
  const response = await workflow.call(`POST /workflow/v1/protocol/build/${flowId}/`, { appId: 'alice' })
  return (await response.text())
    .split('\n\n')
    .filter(Boolean)
    .map((event) => JSON.parse(event.replace('data: ', '')))
}

test('the findings of a draft are listed for whoever may see the flow', async () => {
  const flowId = await create(doubtful)
  const { findings } = await workflow.json(`GET /api/flows/${flowId}/lint`, { appId: 'alice' })
  expect(findings).toEqual([
    {
      severity: 'warning',
      nodeId: 'text-joiner::a',
      field: '',
      code: 'NODE_UNREACHABLE',
      message: expect.any(String),
      remedy: expect.any(String),
    },
    expect.objectContaining({ code: 'PLACEHOLDER_UNKNOWN', nodeId: END, field: 'nodeParam.template' }),
  ])
  expect((await workflow.call(`GET /api/flows/${flowId}/lint`, { appId: 'bob' })).status).toBe(404)
  const empty = await workflow.call(`GET /api/flows/${await create()}/lint`, { appId: 'alice' })
  expect(empty.status).toBe(409)
})

test('warnings do not fail a build, errors do and name node and field', async () => {
  const end = { end_of_stream: true, sid: expect.any(String) }
  expect(await build(await create(doubtful))).toEqual([end])
  const report = await build(await create(broken))
  expect(report).toEqual([{ message: expect.stringContaining(`node ${END}, inputs.0: `) }, end])
  expect(report[0].message).toContain('message::gone')
})

test('every starter is without findings', async () => {
  for (const flowId of ['101', '102', '103']) {
    expect(await workflow.json(`GET /api/flows/${flowId}/lint`)).toEqual({ findings: [] })
  }
})
