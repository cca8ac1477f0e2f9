import { expect, test } from 'bun:test'
import { compile, end, flow, node, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, startEvent } from '../test/run-in-memory.ts'

const DATABASE = { appId: 'app', apiKey: 'k', uid: 'u1', dbId: 7, mode: 3, tableName: 't' }
const CASES = [{ logicalOperator: 'and', conditions: [{ fieldName: 'a', varIndex: '1', selectCondition: 'not in' }] }]

const compileNode = (id: string, param: Record<string, unknown>, retry: Record<string, unknown> = {}) =>
  compile(
    flow(
      [start(), node(id, { outputs: [output('message')], param, retry }), end({ x: ref(id, 'errorMessage') }, '{{x}}')],
      [
        ['node-start::s', id],
        [id, 'node-end::e'],
      ],
    ),
  )

test.each([
  ['database::d', DATABASE, 21000, 'the database service'],
  ['rpa::r', { projectId: 'p', header: { apiKey: 'k' } }, 22302, 'the RPA service'],
] as const)('%s can be stored and read, and says what is missing when it runs', async (...row) => {
  const [id, param, code, service] = row
  const events = await runInMemory({ plan: compileNode(id, param), start: startEvent({ q: '' }) })
  expect(events.at(-1)).toMatchObject({
    type: 'run-failed',
    code,
    message: expect.stringContaining(`${service} is not part of this installation`),
  })
})

test('the node’s error handling goes on without the service', async () => {
  const plan = compileNode('database::d', DATABASE, { shouldRetry: true, errorStrategy: 1 })
  const events = await runInMemory({ plan, start: startEvent({ q: '' }) })
  expect(events.at(-1)).toMatchObject({ type: 'run-completed' })
})

test.each([
  ['database::d', { ...DATABASE, mode: 2 }, '/cases'],
  ['database::d', { ...DATABASE, mode: 5 }, '/mode'],
  ['database::d', { ...DATABASE, dbId: 'x' }, '/dbId'],
  ['database::d', { ...DATABASE, uid: '-1' }, '/uid'],
  ['database::d', { ...DATABASE, apiKey: '' }, '/apiKey'],
  ['database::d', { ...DATABASE, orderData: [{ fieldName: 'a', order: 'up' }] }, '/orderData/0/order'],
  ['rpa::r', {}, '/projectId'],
])('%s with %j is refused when the flow is compiled', (id, param, field) => {
  expect(() => compileNode(id, param)).toThrow(`node ${id}, nodeParam ${field}`)
})

test('conditions of every operator are read', () => {
  for (const mode of [2, 4]) expect(() => compileNode('database::d', { ...DATABASE, mode, cases: CASES })).not.toThrow()
})
