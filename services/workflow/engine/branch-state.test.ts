import { expect, test } from 'bun:test'
import { compile, flow, node, start } from '../test/build-flow.ts'
import { scriptedKind } from '../test/scripted-kind.ts'
import { createBranchState } from './branch-state.ts'

const ids = ['a', 'b', 'c']
const plan = compile(
  flow(
    [start(), ...ids.map((id) => node(`scripted::${id}`))],
    [
      ['node-start::s', 'scripted::a'],
      ['scripted::a', 'scripted::b'],
      ['scripted::a', 'scripted::c', 'fail_one_of::1'],
      ['scripted::b', 'scripted::c'],
    ],
  ),
  scriptedKind({}),
)
const indexOf = (id: string) => plan.indexById.get(`scripted::${id}`) ?? -1
const nodeOf = (id: string) => plan.nodes[indexOf(id)]!

test('an exception edge closed by the first token is not settled again at the end', () => {
  const branches = createBranchState(plan)
  expect(branches.settle(plan.nodes[plan.start]!, {})).toEqual({ ready: [indexOf('a')], skipped: [] })
  expect(branches.begin(nodeOf('a'))).toEqual({ ready: [], skipped: [] })
  expect(branches.begin(nodeOf('a'))).toEqual({ ready: [], skipped: [] })
  // c waits for b still: were the closed edge counted twice, its turn would come now.
  expect(branches.settle(nodeOf('a'), {})).toEqual({ ready: [indexOf('b')], skipped: [] })
  expect(branches.settle(nodeOf('b'), {})).toEqual({ ready: [indexOf('c')], skipped: [] })
})

test('a failed node skips its plain targets, and what only they lead to', () => {
  const branches = createBranchState(plan)
  branches.settle(plan.nodes[plan.start]!, {})
  expect(branches.settle(nodeOf('a'), { failed: true })).toEqual({ ready: [indexOf('c')], skipped: [indexOf('b')] })
})
