import { expect, test } from 'bun:test'
import { compile, flow, node, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, startEvent } from '../test/run-in-memory.ts'

const run = async (param: Record<string, unknown>, type = 'string') => {
  const plan = compile(
    flow(
      [
        start(),
        node('text-joiner::j', {
          inputs: { n: 3, q: ref('node-start::s', 'q') },
          outputs: [output('output', { type })],
          param,
        }),
      ],
      [['node-start::s', 'text-joiner::j']],
    ),
  )
  const events = await runInMemory({ plan, start: startEvent({ q: 'a,b' }) })
  return events.find((event) => event.type !== 'node-started' && 'nodeId' in event && event.nodeId === 'text-joiner::j')
}

test('joins by a template', async () => {
  expect(await run({ prompt: '{{q}}-{{n}}-{{other}}' })).toMatchObject({ outputs: { output: 'a,b-3-{{other}}' } })
})

test('splits its last input', async () => {
  expect(await run({ mode: 1, separator: ',' }, 'array')).toMatchObject({ outputs: { output: ['a', 'b'] } })
})

test('an empty separator fails with 23500', async () => {
  expect(await run({ mode: 1, separator: '' }, 'array')).toMatchObject({ type: 'node-failed', code: 23500 })
})
