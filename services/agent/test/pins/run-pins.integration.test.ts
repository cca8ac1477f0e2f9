import { describe, expect, test } from 'bun:test'
import { modelChunk, modelStream, modelWords } from '#shared/testing/model-server.ts'
import { buildMessages } from '../../loop/build-messages.ts'
import { foldTurn, newTurnState } from '../../loop/fold-turn.ts'
import type { TurnEvent } from '../../loop/turn-events.ts'
import { aTurn } from '../a-turn.ts'
import { addDocument, toRan, toVersions } from '../fake-gateway.ts'
import { createToolAgent, modelCalls, tellFrames } from '../tool-agent.ts'

const link = {
  'GET /api/v1/tools/versions': () => toVersions({ 'tool@1': addDocument() }),
  'POST /api/v1/tools/http_run': () => toRan('3'),
}
const knowledge = {
  'POST /knowledge/v1/chunk/query': () => ({
    code: 0,
    data: { results: [1, 2].map((n) => ({ docId: `d${n}`, title: `T${n}`, content: `text ${n}`, chunkId: `c${n}` })) },
  }),
}
const withTool = { plugin: { tools: ['tool@1'] } }
const handbook = { name: 'handbook', description: '', top_k: 3, repo_type: 1, match: { repo_ids: ['r1'] } }
const usage = { promptTokens: 1, completionTokens: 1, totalTokens: 2 }

describe('pin 42', () => {
  test('with knowledge its frame comes first, then what the model says', async () => {
    await using agent = await createToolAgent({
      model: () => modelWords('one ', 'two ', 'three'),
      gateway: { ...link, ...knowledge },
    })
    const { frames } = await agent.ask({ plugin: { tools: ['tool@1'], knowledge: [handbook] } })
    expect(tellFrames(frames)).toEqual([
      'knowledge knowledge',
      'content one ',
      'content two ',
      'content three',
      'stop 0',
    ])
    expect(frames[0]?.model).toBe('')
    const call = frames[0]?.choices[0]?.delta.tool_calls?.[0]
    expect(call).toMatchObject({
      id: null,
      index: 0,
      reason: '',
      function: { arguments: '{"query":"What is 1 + 2?"}' },
    })
    expect(JSON.parse(call?.function.response ?? '')).toEqual({
      metadata_list: [
        { source_id: 'd1', chunk: [{ chunk_context: 'T1\ntext 1' }] },
        { source_id: 'd2', chunk: [{ chunk_context: 'T2\ntext 2' }] },
      ],
    })
    expect(frames.at(-1)?.knowledge_metadata).toMatchObject([
      { source_id: 'd1', chunk_id: 'c1' },
      { source_id: 'd2', chunk_id: 'c2' },
    ])
    expect(JSON.stringify(agent.server.requests[0]?.body.messages)).toContain('T1\\ntext 1')
  })

  test('without plugins the model is offered none', async () => {
    await using agent = await createToolAgent({ model: () => modelWords('hi') })
    const { frames } = await agent.ask()
    expect(tellFrames(frames)).toEqual(['content hi', 'stop 0'])
    expect(agent.server.requests[0]?.body).not.toHaveProperty('tools')
  })
})

test('pin 43: a failure comes after what was said before it', async () => {
  await using agent = await createToolAgent({
    model: () => modelStream(modelChunk({ content: 'half' }), { error: { message: 'broken', code: 'x' } }),
  })
  const { frames, runId } = await agent.ask()
  expect(tellFrames(frames)).toEqual(['content half', 'stop 40303'])
  expect((await agent.journal.find(runId))?.state).toBe('failed')
})

describe('pin 44: what models report', () => {
  test.each([
    ['a chunk with a code of its own', () => modelStream({ code: 500, message: 'boom' }), 40303],
    ['a status with a code', () => Response.json({ error: { code: '400', message: 'bad' } }, { status: 400 }), 40303],
    ['a gateway’s failure', () => Response.json({ error: { message: 'one_api_error: x' } }, { status: 400 }), 40366],
    ['no stream at all', () => new Response('<html>', { headers: { 'content-type': 'text/html' } }), 40303],
  ])('%s', async (...[, model, code]) => {
    await using agent = await createToolAgent({ model })
    const { frames } = await agent.ask()
    expect(tellFrames(frames)).toEqual([`stop ${code}`])
    expect(frames[0]?.message).toEndWith(`,${frames[0]?.id}`)
  })
})

test('pin 45: a model without a key is sent none, of the app’s least of all; with one it is sent that', async () => {
  await using agent = await createToolAgent({ model: () => modelWords('hi') })
  await agent.ask()
  await agent.ask({ model_config: { domain: 'm', api: agent.server.url, api_key: 'k:s' } })
  expect(agent.server.requests.map(({ headers }) => headers.get('authorization'))).toEqual([null, 'Bearer k:s'])
})

test('pin 46: a prompt without instruction and knowledge holds no placeholder', () => {
  const messages = buildMessages(aTurn(), newTurnState(), { round: 0, withTools: false, calling: 'native' })
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user'])
  for (const { content } of messages) expect(content).not.toMatch(/[{}]|undefined|null/)
})

test('pin 47: who answers after tools knows the time, instruction and knowledge, and what was asked, done and found', () => {
  const turn = aTurn({
    instructions: { reasoning: 'Think hard.', answer: 'Answer in rhyme.' },
    knowledge: { chunks: [{ docId: 'd', chunkId: 'c', title: 'Title', text: 'Passage "x"' }], cite: false },
    messages: [
      { role: 'user', content: 'earlier' },
      { role: 'assistant', content: 'said' },
      { role: 'user', content: 'Why?' },
    ],
  })
  const events: TurnEvent[] = [
    { type: 'model-delta', round: 0, content: 'I look.', reasoning: '' },
    {
      type: 'model-answered',
      round: 0,
      model: 'm',
      calls: [{ id: '1', name: 'look_up', arguments: '{"q":"<é>"}' }],
      usage,
    },
    { type: 'tool-result', round: 0, index: 0, text: 'found "it" & more', failed: false },
    { type: 'limit-reached', limit: 'rounds' },
  ]
  const state = events.reduce(foldTurn, newTurnState())
  const messages = buildMessages(turn, state, { round: 1, withTools: false, calling: 'native' })
  const [system, ...talk] = messages
  for (const part of ['2026-01-01 00:00:00', 'Answer in rhyme.', 'Title\nPassage "x"', 'No more steps']) {
    expect(system?.content).toContain(part)
  }
  expect(system?.content).not.toContain('Think hard.')
  expect(talk.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  for (const part of ['Why?', 'I look.', 'look_up', '{"q":"<é>"}', 'found "it" & more']) {
    expect(talk.at(-1)?.content).toContain(part)
  }
})

describe('the wire’s scenarios', () => {
  test('a model without plugins thinks and answers', async () => {
    await using agent = await createToolAgent({
      model: () =>
        modelStream(
          modelChunk({ reasoning_content: 'hm' }),
          modelChunk({ content: 'Hel' }),
          modelChunk({ content: 'lo' }),
          modelChunk({}, 'stop'),
        ),
    })
    expect(tellFrames((await agent.ask()).frames)).toEqual(['reasoning hm', 'content Hel', 'content lo', 'stop 0'])
  })

  test('a tool and then the answer, which is the planner’s own', async () => {
    await using agent = await createToolAgent({
      model: (_, asked) =>
        asked === 1
          ? modelStream(
              modelChunk({ reasoning_content: 'I add.' }),
              modelChunk({
                tool_calls: [
                  { index: 0, id: 'c', type: 'function', function: { name: 'add', arguments: '{"a":1,"b":2}' } },
                ],
              }),
              modelChunk({}, 'tool_calls'),
            )
          : modelStream(modelChunk({ reasoning_content: 'So' }), modelChunk({ content: '3' }), modelChunk({}, 'stop')),
      gateway: link,
    })
    const { frames } = await agent.ask(withTool)
    expect(tellFrames(frames)).toEqual(['reasoning I add.', 'tool add', 'reasoning So', 'content 3', 'stop 0'])
    const call = frames[1]?.choices[0]?.delta.tool_calls?.[0]
    expect(JSON.parse(call?.function.response ?? '')).toEqual(toRan('3'))
    expect(agent.server.requests).toHaveLength(2)
    const [run] = agent.gateway.askedFor('/api/v1/tools/http_run')
    expect(run?.headers.get('x-consumer-username')).toBe('app')
  })

  test('max_loop_count 2 and a model that always calls: two calls, then an answer without tools', async () => {
    await using agent = await createToolAgent({
      model: ({ body }, asked) =>
        body.tools ? modelCalls({ name: 'add', input: { a: asked, b: 2 } }) : modelWords('3'),
      gateway: link,
    })
    const { frames } = await agent.ask({ ...withTool, max_loop_count: 2 })
    expect(tellFrames(frames)).toEqual(['tool add', 'tool add', 'content 3', 'stop 0'])
  })

  test('max_loop_count 0: an answer at once', async () => {
    await using agent = await createToolAgent({ model: () => modelWords('3'), gateway: link })
    const { frames } = await agent.ask({ ...withTool, max_loop_count: 0 })
    expect(tellFrames(frames)).toEqual(['content 3', 'stop 0'])
    expect(agent.server.requests[0]?.body).not.toHaveProperty('tools')
  })

  test('LLM 401', async () => {
    await using agent = await createToolAgent({ model: () => Response.json({ error: 'key' }, { status: 401 }) })
    expect(tellFrames((await agent.ask()).frames)).toEqual(['stop 40303'])
  })
})

/** A server that has no function calling and says so. */
const withoutTools =
  (answer: (asked: number, messages: string) => Response) =>
  ({ body }: { body: Record<string, unknown> }, asked: number) =>
    body.tools
      ? Response.json({ error: { message: 'this model does not support tools' } }, { status: 400 })
      : answer(asked, JSON.stringify(body.messages))

describe('a model without function calling is asked in text', () => {
  test('it calls a tool, reads the observation and answers at once', async () => {
    await using agent = await createToolAgent({
      model: withoutTools((_, messages) =>
        messages.includes('Observation: 3')
          ? modelWords('Thought: now I know\n', 'Final ', 'Answer:', ' abc', ' def')
          : modelWords(
              'Thought: I add.\nAct',
              'ion: add\nAction Input: {"a":1,',
              '"b":2}\nObservation: 99\nFinal Answer: 99',
            ),
      ),
      gateway: link,
    })
    const { frames, runId } = await agent.ask(withTool)
    expect(tellFrames(frames)).toEqual(['tool add', 'content  abc', 'content  def', 'stop 0'])
    expect(frames[0]?.choices[0]?.delta.tool_calls?.[0]).toMatchObject({
      reason: 'I add.',
      function: { arguments: '{"a":1,"b":2}' },
    })
    expect((await agent.eventsOf(runId)).filter(({ type }) => type === 'calling-chosen')).toHaveLength(1)
    expect(frames.at(-1)?.usage?.total_tokens).toBeGreaterThan(0)

    // What was learned of the model counts for the next turn.
    const before = agent.server.requests.length
    await agent.ask(withTool)
    expect(agent.server.requests.slice(before).some(({ body }) => 'tools' in body)).toBe(false)
  })

  test('one that ignores the form is reminded once, and then its words are its answer', async () => {
    await using agent = await createToolAgent({ model: withoutTools(() => modelWords('It ', 'is 3.')), gateway: link })
    const { frames } = await agent.ask(withTool)
    expect(tellFrames(frames)).toEqual(['content It is 3.', 'stop 0'])
    expect(agent.server.requests).toHaveLength(3)
    expect(JSON.stringify(agent.server.requests.at(-1)?.body.messages)).toContain('neither of the two forms')
  })

  test('one that was reminded and follows the form goes on', async () => {
    await using agent = await createToolAgent({
      model: withoutTools((_, messages) =>
        messages.includes('neither of the two forms')
          ? modelWords('Thought: sorry\nFinal Answer: 3')
          : modelWords('Action: add\nAction Input: oops'),
      ),
      gateway: link,
    })
    expect(tellFrames((await agent.ask(withTool)).frames)).toEqual(['content  3', 'stop 0'])
  })

  test('one that says nothing twice is asked for a plain answer', async () => {
    await using agent = await createToolAgent({
      model: withoutTools((_, messages) => (messages.includes('tool_name:') ? modelWords('') : modelWords('Sorry.'))),
      gateway: link,
    })
    expect(tellFrames((await agent.ask(withTool)).frames)).toEqual(['content Sorry.', 'stop 0'])
  })
})
