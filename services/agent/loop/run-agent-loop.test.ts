import { describe, expect, test } from 'bun:test'
import { ModelError } from '#shared/models/model-error.ts'
import { createRehearsalModel } from '#shared/models/rehearsal/rehearsal-model.ts'
import { aTurn } from '../test/a-turn.ts'
import {
  callDelta as call,
  finish,
  payTool,
  runLoop as run,
  scripted,
  servicesOf,
  text,
  textOf,
} from '../test/run-loop.ts'
import type { Tool } from '../toolbox/tool.ts'
import type { Toolbox } from '../toolbox/toolbox.ts'
import { runAgentLoop } from './run-agent-loop.ts'
import type { TurnEvent, TurnStarted } from './turn-events.ts'
import { DEFAULT_LIMITS } from './turn-limits.ts'
import { pinBuiltIn } from './upgrade-turn.ts'

const started = (fields: Partial<TurnStarted> = {}) => aTurn({ tools: pinBuiltIn('calculator'), ...fields })

test('calls the tool that the model asks for, tells it the result, and answers', async () => {
  const { events } = await run({ model: createRehearsalModel({ tokenMs: 0 }) })
  expect(events.filter(({ type }) => type !== 'model-delta').map(({ type }) => type)).toEqual([
    'model-answered',
    'tool-call',
    'tool-result',
    'model-answered',
    'finished',
  ])
  expect(textOf(events)).toContain('6 * 7 = 42')
  expect(events.at(-1)).toMatchObject({ code: 0, usage: { totalTokens: expect.any(Number) } })
})

describe('an interruption after any event', () => {
  test('ends in the same text, with no event twice and no finished tool called again', async () => {
    const model = createRehearsalModel({ tokenMs: 0 })
    const whole = await run({ model })
    for (let cut = 0; cut <= whole.events.length; cut++) {
      const past = whole.events.slice(0, cut)
      const { events } = await run({ model, past })
      const all = [...past, ...events].filter(({ type }) => type !== 'continued')
      expect(textOf(all)).toBe(textOf(whole.events))
      expect(all.map(({ type }) => type)).toEqual(whole.events.map(({ type }) => type))
      expect(all.filter(({ type }) => type === 'tool-call')).toHaveLength(1)
      expect(all.at(-1)).toEqual(whole.events.at(-1)!)
    }
  })

  test('a tool that was called without a result is called again with the same key', async () => {
    const keys: string[] = []
    const tool: Tool = {
      definition: { name: 'pay', description: '', parameters: {} },
      hasEffect: true,
      run: (_input, { idempotencyKey }) => {
        keys.push(idempotencyKey)
        return 'paid'
      },
    }
    const toolbox: Toolbox = { find: () => tool, ids: () => ['pay'] }
    const { model } = scripted((_, asked) =>
      asked === 1 ? [call('pay', '{}'), finish('tool-calls')] : [text('ok'), finish()],
    )
    const turn = started({ tools: [payTool] })
    const { events } = await run({ model, turn, toolbox })
    const upToCall = events.slice(0, events.findIndex(({ type }) => type === 'tool-call') + 1)
    await run({ model, turn, toolbox, past: upToCall })
    expect(keys).toEqual(['1:0:0', '1:0:0'])
  })

  test('what was thought before is not thought aloud again, and the run records the interruption', async () => {
    const { model, requests } = scripted(() => [{ type: 'reasoning', text: 'hm again' }, text('rest'), finish()])
    const past: TurnEvent[] = [
      { type: 'model-delta', round: 0, content: '', reasoning: 'hm' },
      { type: 'model-delta', round: 0, content: 'begun ', reasoning: '' },
    ]
    const { events } = await run({ model, past })
    expect(requests[0]?.continueFrom).toBe('begun ')
    expect(events[0]).toEqual({ type: 'continued', round: 0, deliveredChars: 6 })
    expect(events.filter((event) => event.type === 'model-delta' && event.reasoning !== '')).toEqual([])
  })
})

test('a tool with an effect runs only after its call is on disk', async () => {
  const order: string[] = []
  const tool: Tool = {
    definition: { name: 'pay', description: '', parameters: {} },
    hasEffect: true,
    run: () => {
      order.push('run')
      return 'paid'
    },
  }
  const { model } = scripted((_, asked) =>
    asked === 1 ? [call('pay', '{"a":1}'), call('pay', '{"a":2}'), finish('tool-calls')] : [finish()],
  )
  await runAgentLoop({
    runId: '1',
    started: started({ tools: [payTool] }),
    past: [],
    services: servicesOf(model, { find: () => tool, ids: () => ['pay'] }),
    sink: { emit: ({ type }) => order.push(type), durable: async () => void order.push('durable') },
    signal: new AbortController().signal,
  })
  expect(order.slice(1, 8)).toEqual(['tool-call', 'tool-call', 'durable', 'run', 'run', 'tool-result', 'tool-result'])
})

describe('tools that go wrong are answers for the model', () => {
  test.each([
    ['arguments that are no JSON', 'calculator', 'nope', 'no JSON object'],
    ['arguments that are no object', 'calculator', '[1]', 'no JSON object'],
    ['a tool that does not exist', 'shell', '{}', 'no tool named "shell"'],
    ['an input the tool cannot use', 'calculator', '{"expression":"1/0"}', 'Division by zero'],
  ])('%s', async (...[, name, input, says]) => {
    const { model, requests } = scripted((_, asked) =>
      asked === 1 ? [call(name, input), finish('tool-calls')] : [text('ok'), finish()],
    )
    const { events } = await run({ model })
    expect(requests[1]?.messages.at(-1)).toMatchObject({ role: 'tool', content: expect.stringContaining(says) })
    expect(events.find(({ type }) => type === 'tool-result')).toMatchObject({ failed: true })
    expect(events.at(-1)).toMatchObject({ type: 'finished', code: 0 })
  })
})

test('several calls of one answer are answered in their order', async () => {
  const { model, requests } = scripted((_, asked) =>
    asked === 1
      ? [call('calculator', '{"expression":"1+1"}'), call('calculator', '{"expression":"2+2"}'), finish('tool-calls')]
      : [text('ok'), finish()],
  )
  await run({ model })
  expect(requests[1]?.messages.slice(-2).map(({ content }) => content)).toEqual(['1+1 = 2', '2+2 = 4'])
})

test('a model that never stops calling is made to answer without tools', async () => {
  const { model, requests } = scripted((request, asked) =>
    request.tools
      ? [call('calculator', `{"expression":"${asked}"}`), finish('tool-calls')]
      : [text('enough'), finish()],
  )
  const { events } = await run({ model, turn: started({ limits: { ...DEFAULT_LIMITS, roundsMax: 3 } }) })
  expect(requests).toHaveLength(4)
  expect(requests.at(-1)?.tools).toBeUndefined()
  expect(textOf(events)).toBe('enough')
})

test('without tools none are offered', async () => {
  const { model, requests } = scripted(() => [text('ok'), finish()])
  await run({ model, turn: started({ tools: [] }) })
  expect(requests[0]?.tools).toBeUndefined()
})

describe('failures', () => {
  test.each([
    [new ModelError('MODEL_TIMEOUT', 'slow'), -1, '请求服务超时'],
    [new ModelError('MODEL_REFUSED', 'no'), 40303, 'Model request failed: no (MODEL_REFUSED)'],
    [new ModelError('MODEL_REFUSED', 'one_api_error: x'), 40366, 'one_api_error'],
    [new ModelError('MODEL_REFUSED', 'invalid_text_request'), 40355, 'invalid_text_request'],
  ])('%s ends the turn with code %d', async (error, code, says) => {
    const { events } = await run({ model: scripted(() => error).model })
    expect(events).toEqual([
      { type: 'finished', code, message: expect.stringContaining(says), usage: expect.anything() },
    ])
  })

  test('a bug is no end of the turn: it rejects and another worker may try', async () => {
    await expect(run({ model: scripted(() => new TypeError('bug')).model })).rejects.toThrow('bug')
  })

  test('an abort leaves the turn open', async () => {
    const controller = new AbortController()
    const events: TurnEvent[] = []
    const running = run({
      model: createRehearsalModel({ tokenMs: 1 }),
      signal: controller.signal,
      turn: started({ tools: [] }),
      onEmit(event) {
        events.push(event)
        controller.abort(new Error('the worker stops'))
      },
    })
    await expect(running).rejects.toThrow('the worker stops')
    expect(events.map(({ type }) => type)).toEqual(['model-delta'])
  })
})
