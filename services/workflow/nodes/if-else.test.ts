import { expect, test } from 'bun:test'
import { compile, flow, node, ref, start } from '../test/build-flow.ts'
import { runInMemory, startEvent } from '../test/run-in-memory.ts'

interface TestCase {
  level: number
  operator?: 'and' | 'or'
  conditions: [left: string, operator: string, right: string | null][]
}

const choose = async (cases: TestCase[], inputs: Record<string, unknown>) => {
  const plan = compile(
    flow(
      [
        start(),
        node('if-else::i', {
          inputs: { q: ref('node-start::s', 'q'), ...inputs },
          param: {
            cases: cases.map(({ level, operator = 'and', conditions }, index) => ({
              id: `branch_one_of::${index + 1}`,
              level,
              logicalOperator: operator,
              conditions: conditions.map(([left, compareOperator, right]) => ({
                leftVarIndex: `id-${left}`,
                rightVarIndex: right === null ? null : `id-${right}`,
                compareOperator,
              })),
            })),
          },
        }),
      ],
      [['node-start::s', 'if-else::i']],
    ),
  )
  const events = await runInMemory({ plan, start: startEvent({ q: 'a cat' }) })
  return events.find(
    (event) => (event.type === 'node-completed' || event.type === 'node-failed') && event.nodeId === 'if-else::i',
  )
}

const otherwise: TestCase = { level: 999, conditions: [] }

test('the first case that holds is chosen, in the order of the list', async () => {
  const cases: TestCase[] = [
    { level: 2, conditions: [['q', 'contains', 'word']] },
    { level: 1, conditions: [['q', 'is', 'q']] },
    otherwise,
  ]
  expect(await choose(cases, { word: 'cat' })).toMatchObject({ handle: 'branch_one_of::1', outputs: { res: true } })
  expect(await choose(cases, { word: 'dog' })).toMatchObject({ handle: 'branch_one_of::2' })
})

test('the else branch is taken when no case holds, and tells why', async () => {
  const event = await choose([{ level: 1, conditions: [['q', 'contains', 'word']] }, otherwise], { word: 'dog' })
  expect(event).toMatchObject({
    handle: 'branch_one_of::2',
    inputs: {
      'Branch 1 inputs: ': {
        conditions: [{ actual_value: 'a cat', expected_value: 'dog', comparison_operator: 'contains' }],
      },
    },
    outputs: { 'Branch 1 errors: ': 'no error, but not execute it.' },
  })
})

test('and stops at the first miss, or at the first hit; without conditions and holds, or does not', async () => {
  const conditions: TestCase['conditions'] = [
    ['q', 'is', 'word'],
    ['q', 'contains', 'part'],
  ]
  const inputs = { word: 'dog', part: 'cat' }
  expect(await choose([{ level: 1, operator: 'and', conditions }, otherwise], inputs)).toMatchObject({
    handle: 'branch_one_of::2',
  })
  expect(await choose([{ level: 1, operator: 'or', conditions }, otherwise], inputs)).toMatchObject({
    handle: 'branch_one_of::1',
  })
  expect(await choose([{ level: 1, operator: 'and', conditions: [] }, otherwise], {})).toMatchObject({
    handle: 'branch_one_of::1',
  })
  expect(await choose([{ level: 1, operator: 'or', conditions: [] }, otherwise], {})).toMatchObject({
    handle: 'branch_one_of::2',
  })
})

test('a case that cannot be evaluated does not match', async () => {
  const event = await choose([{ level: 1, conditions: [['n', 'gt', 'q']] }, otherwise], { n: 3 })
  expect(event).toMatchObject({ handle: 'branch_one_of::2' })
  expect(event).not.toMatchObject({ outputs: { 'Branch 1 errors: ': 'no error, but not execute it.' } })
})

test('without an else branch the last case is taken, and fails with 23100 if it cannot be evaluated', async () => {
  const missing: TestCase = { level: 1, conditions: [['q', 'is', 'word']] }
  expect(await choose([missing, { ...missing, level: 2 }], { word: 'x' })).toMatchObject({ handle: 'branch_one_of::2' })
  const faulty: TestCase = { level: 2, conditions: [['n', 'gt', 'q']] }
  expect(await choose([missing, faulty], { word: 'x', n: 3 })).toMatchObject({ type: 'node-failed', code: 23100 })
})
