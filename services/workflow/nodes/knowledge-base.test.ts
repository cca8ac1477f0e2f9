import { expect, test } from 'bun:test'
import type { KnowledgeQuery, KnowledgeSource } from '../engine/flow-services.ts'
import type { RunStarted } from '../engine/run-events.ts'
import { compile, flow, message, node, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, shownText, startEvent, testServices } from '../test/run-in-memory.ts'

const plan = (param: Record<string, unknown>) =>
  compile(
    flow(
      [
        start(),
        node('knowledge-base::k', {
          inputs: { query: ref('node-start::s', 'q') },
          outputs: [
            output('results', {
              type: 'array',
              items: { type: 'object', properties: { content: { type: 'string' } } },
            }),
          ],
          param: { repoId: ['base'], ...param },
        }),
        message('m', { texts: ref('knowledge-base::k', 'results.content') }, '{{texts[0]}}'),
      ],
      [
        ['node-start::s', 'knowledge-base::k'],
        ['knowledge-base::k', 'message::m'],
      ],
    ),
  )

const history = [
  { role: 'user', content: 'first' },
  { role: 'assistant', content: 'one' },
  { role: 'user', content: 'https://files.test/a.png', content_type: 'image' },
  { role: 'user', content: 'before' },
  { role: 'assistant', content: 'two' },
] satisfies RunStarted['history']

const search = async (param: Record<string, unknown>, query: KnowledgeSource['query']) =>
  runInMemory({
    plan: plan(param),
    start: { ...startEvent({ q: 'what' }), history },
    services: testServices({ knowledge: { query } }),
  })

test('asks with the node’s limits, and a path through the results reads each of them', async () => {
  const asked: KnowledgeQuery[] = []
  const events = await search({ topN: 3, score: 0.2, docIds: ['d'] }, async (query) => {
    asked.push(query)
    return [{ content: 'first' }, { content: 'second' }]
  })
  expect(shownText(events)).toBe('first')
  expect(asked[0]).toMatchObject({
    appId: 'app1',
    query: 'what',
    topN: 3,
    ragType: 'AIUI-RAG2',
    repoIds: ['base'],
    docIds: ['d'],
    threshold: 0.2,
    history: [],
  })
})

test('forwards the whole conversation as it came when it is switched on, whatever its rounds', async () => {
  const asked: KnowledgeQuery[] = []
  await search({ enableChatHistoryV2: { isEnabled: true, rounds: 1 } }, async (query) => {
    asked.push(query)
    return [{ content: 'x' }]
  })
  expect(asked[0]?.history).toEqual(history)
})

test('a failed search is 20500 with its reason', async () => {
  const events = await search({}, () => Promise.reject(new Error('the base is gone')))
  expect(events.at(-1)).toMatchObject({
    type: 'run-failed',
    code: 20500,
    message: 'Knowledge request failed(the base is gone)',
  })
})
