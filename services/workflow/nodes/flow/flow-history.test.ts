import { expect, test } from 'bun:test'
import type { FlowServices, KnowledgeQuery } from '../../engine/flow-services.ts'
import type { RunStarted } from '../../engine/run-events.ts'
import { compile, end, flow, node, output, ref, start } from '../../test/build-flow.ts'
import { memoryFlows } from '../../test/memory-flows.ts'
import { runInMemory, startEvent, testServices } from '../../test/run-in-memory.ts'

const history: RunStarted['history'] = [
  { role: 'user', content: 'first' },
  { role: 'assistant', content: 'one' },
  { role: 'user', content: 'https://files.test/a.png', content_type: 'image' },
  { role: 'user', content: 'second' },
  { role: 'assistant', content: 'two' },
]

/** What a knowledge node inside of the called flow is told: it forwards the whole conversation that its run has. */
const historyInside = async (enableChatHistoryV2: object | undefined): Promise<KnowledgeQuery['history']> => {
  const asked: KnowledgeQuery[] = []
  const between = (id: string, param: Record<string, unknown>, inputs: Record<string, unknown>, out: string) =>
    compile(
      flow(
        [start(), node(id, { inputs, outputs: [output(out)], param }), end({ x: ref(id, out) }, '{{x}}')],
        [
          ['node-start::s', id],
          [id, 'node-end::e'],
        ],
      ),
    )
  const q = { q: ref('node-start::s', 'q') }
  const inner = between('knowledge-base::k', { repoId: [], enableChatHistoryV2: { isEnabled: true } }, q, 'results')
  const services: FlowServices = testServices({
    flows: memoryFlows({ inner }, () => services),
    knowledge: {
      query: async (query) => {
        asked.push(query)
        return []
      },
    },
  })
  const param = { flowId: 'inner', appId: 'a', uid: 'u', ...(enableChatHistoryV2 && { enableChatHistoryV2 }) }
  const plan = between('flow::f', param, q, 'content')
  await runInMemory({ plan, start: { ...startEvent({ q: 'third' }), history }, services })
  return asked[0]?.history ?? []
}

test('a called flow gets the last rounds of the conversation, with the images that belong to them', async () => {
  expect(await historyInside({ isEnabled: true, rounds: 1 })).toEqual(history.slice(2))
  expect(await historyInside({ isEnabled: true })).toEqual(history.slice(2))
  expect(await historyInside({ isEnabled: true, rounds: 2 })).toEqual(history)
  expect(await historyInside({ isEnabled: true, rounds: 9 })).toEqual(history)
})

test('a called flow gets none of it when it is switched off', async () => {
  expect(await historyInside({ isEnabled: false, rounds: 2 })).toEqual([])
  expect(await historyInside(undefined)).toEqual([])
})
