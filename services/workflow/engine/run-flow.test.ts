import { expect, test } from 'bun:test'
import { compile, end, flow, joiner, message, node, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, shownText, startEvent, testServices } from '../test/run-in-memory.ts'
import { scriptedKind } from '../test/scripted-kind.ts'
import type { RunEvent } from './run-events.ts'
import { runFlow } from './run-flow.ts'

const scripted = (id: string, inputs: Record<string, unknown> = {}) =>
  node(`scripted::${id}`, { inputs, outputs: [output('output')] })

const names = (events: readonly RunEvent[], type: RunEvent['type']) =>
  events.flatMap((event) => (event.type === type && 'nodeId' in event ? [event.nodeId.split('::')[1]] : []))

const begin = startEvent({ q: 'hi' })

test('branches run side by side, and the join waits for all of them', async () => {
  const both = Promise.withResolvers<void>()
  let waiting = 0
  const meet = async () => {
    waiting += 1
    if (waiting === 2) both.resolve()
    await both.promise
    return { variables: { output: 'met' } }
  }
  const plan = compile(
    flow(
      [
        start(),
        scripted('a'),
        scripted('b'),
        end({ x: ref('scripted::a', 'output'), y: ref('scripted::b', 'output') }, '{{x}} {{y}}'),
      ],
      [
        ['node-start::s', 'scripted::a'],
        ['node-start::s', 'scripted::b'],
        ['scripted::a', 'node-end::e'],
        ['scripted::b', 'node-end::e'],
      ],
    ),
    scriptedKind({ a: meet, b: meet }),
  )
  const events = await runInMemory({ plan, start: begin })
  expect(shownText(events)).toBe('met met')
  expect(names(events, 'node-completed').at(-1)).toBe('e')
})

test('a leaf that is no end node ends the flow like one, and late messages are shown', async () => {
  const release = Promise.withResolvers<void>()
  const plan = compile(
    flow(
      [
        start(),
        end({ x: ref('node-start::s', 'q') }, '{{x}}'),
        scripted('late'),
        message('m', { x: ref('scripted::late', 'output') }, ' then {{x}}'),
      ],
      [
        ['node-start::s', 'node-end::e'],
        ['node-start::s', 'scripted::late'],
        ['scripted::late', 'message::m'],
      ],
    ),
    scriptedKind({ late: () => release.promise.then(() => ({ variables: { output: 'late' } })) }),
  )
  const events = await runInMemory({
    plan,
    start: begin,
    onEvent: (event) => {
      if (event.type === 'node-completed' && event.nodeId === 'node-end::e') release.resolve()
    },
  })
  expect(shownText(events)).toBe('hi then late')
  expect(events.at(-1)?.type).toBe('run-completed')
})

test('a flow without an end node completes', async () => {
  const plan = compile(flow([start(), joiner('j', {}, 'x')], [['node-start::s', 'text-joiner::j']]))
  expect((await runInMemory({ plan, start: begin })).at(-1)?.type).toBe('run-completed')
})

test('a wrong reference fails the run with 20600', async () => {
  const plan = compile(
    flow([start(), joiner('j', { x: ref('nowhere::1', 'x') }, '{{x}}')], [['node-start::s', 'text-joiner::j']]),
  )
  expect((await runInMemory({ plan, start: begin })).slice(-2)).toMatchObject([
    { type: 'node-failed', nodeId: 'text-joiner::j', code: 20600 },
    { type: 'run-failed', code: 20600 },
  ])
})

test('a result that does not fit its declaration fails with 20601, an index out of range with 20602', async () => {
  const wrong = compile(
    flow([start(), scripted('a')], [['node-start::s', 'scripted::a']]),
    scriptedKind({ a: () => ({ variables: { output: 5 } }) }),
  )
  expect((await runInMemory({ plan: wrong, start: begin })).at(-1)).toMatchObject({ code: 20601 })
  const index = compile(flow([start(), message('m', { list: [1] }, '{{list[4]}}')], [['node-start::s', 'message::m']]))
  expect((await runInMemory({ plan: index, start: begin })).at(-1)).toMatchObject({ type: 'run-failed', code: 20602 })
})

test('wrong start inputs fail the run with 22500', async () => {
  const plan = compile(flow([start()], []))
  expect(await runInMemory({ plan, start: startEvent({ other: 1 }) })).toMatchObject([
    { type: 'run-failed', code: 22500 },
  ])
})

test('a failure cancels what runs beside it, and nothing is written after it', async () => {
  const cancelled = Promise.withResolvers<unknown>()
  const plan = compile(
    flow(
      [start(), scripted('slow'), scripted('bad')],
      [
        ['node-start::s', 'scripted::slow'],
        ['node-start::s', 'scripted::bad'],
      ],
    ),
    scriptedKind({
      slow: ({ signal, token }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            token({ text: 'too late', reasoning: '' })
            resolve({ variables: { output: 'too late' } })
            cancelled.resolve(true)
          })
        }),
      bad: async () => {
        throw new Error('broken')
      },
    }),
  )
  const events = await runInMemory({ plan, start: begin })
  expect(await cancelled.promise).toBe(true)
  await Promise.resolve()
  expect(events.slice(-2).map((event) => event.type)).toEqual(['node-failed', 'run-failed'])
  expect(events.at(-1)).toMatchObject({ code: 22302, message: 'Node run failed(broken)' })
})

test('an aborted run ends without a final event, so that another worker may go on', async () => {
  const abort = new AbortController()
  const plan = compile(
    flow([start(), scripted('never')], [['node-start::s', 'scripted::never']]),
    scriptedKind({ never: () => new Promise(() => undefined) }),
  )
  const events: RunEvent[] = []
  const running = runInMemory({
    plan,
    start: begin,
    signal: abort.signal,
    onEvent: (event) => {
      events.push(event)
      if (event.type === 'node-started' && event.nodeId === 'scripted::never') abort.abort(new Error('draining'))
    },
  })
  await expect(running).rejects.toThrow('draining')
  expect(events.at(-1)?.type).toBe('node-started')
})

for (const broken of ['node-started', 'node-delta', 'node-completed', 'run-completed'] as const) {
  test(`a sink that fails on ${broken} ends the run with its error, which is no failure of a node`, async () => {
    const plan = compile(
      flow([start(), message('m', { x: ref('node-start::s', 'q') }, 'say {{x}}')], [['node-start::s', 'message::m']]),
    )
    const written: RunEvent['type'][] = []
    let isBroken = false
    const run = runFlow({
      runId: '1',
      plan,
      start: begin,
      past: [],
      services: testServices(),
      sink: {
        emit: (event) => {
          written.push(event.type)
          if (event.type !== broken || isBroken) return
          isBroken = true
          throw new Error('fenced')
        },
        durable: () => Promise.resolve(),
      },
      signal: new AbortController().signal,
    })
    await expect(run).rejects.toThrow('fenced')
    expect(written.at(-1)).toBe(broken)
  })
}

test('a barrier that fails ends the run with its error, even where a node handles errors', async () => {
  for (const effect of ['paid', 'external'] as const) {
    const events: RunEvent[] = []
    const plan = compile(
      flow(
        [start(), node('scripted::a', { outputs: [output('output')], retry: { shouldRetry: true, errorStrategy: 1 } })],
        [['node-start::s', 'scripted::a']],
      ),
      scriptedKind({}, { effect }),
    )
    const run = runFlow({
      runId: '1',
      plan,
      start: begin,
      past: [],
      services: testServices(),
      sink: { emit: (event) => events.push(event), durable: () => Promise.reject(new Error('fenced')) },
      signal: new AbortController().signal,
    })
    await expect(run).rejects.toThrow('fenced')
    expect(events.some((event) => event.type === 'node-failed' || event.type.startsWith('run-'))).toBe(false)
  }
})

/** Names events and barriers in the order in which they happen. */
const traceBarriers = async (effect: 'none' | 'paid' | 'external') => {
  const trace: string[] = []
  const plan = compile(
    flow(
      [start(), scripted('a'), scripted('b')],
      [
        ['node-start::s', 'scripted::a'],
        ['scripted::a', 'scripted::b'],
      ],
    ),
    scriptedKind(
      Object.fromEntries(
        ['a', 'b'].map((id) => [
          id,
          ({ idempotencyKey }) => {
            trace.push(`do ${idempotencyKey}`)
            return { variables: { output: 'x' } }
          },
        ]),
      ),
      { effect },
    ),
  )
  await runFlow({
    runId: '7',
    plan,
    start: begin,
    past: [],
    services: testServices(),
    sink: {
      emit: (event) => trace.push('nodeId' in event ? `${event.type} ${event.nodeId}` : event.type),
      durable: async () => void trace.push('durable'),
    },
    signal: new AbortController().signal,
  })
  return trace.filter((line) => !line.includes('start::s'))
}

test('nothing is waited for around nodes without effect', async () => {
  expect(await traceBarriers('none')).not.toContain('durable')
})

test('a paid result is on disk before anything is built on it', async () => {
  expect((await traceBarriers('paid')).slice(0, 5)).toEqual([
    'node-started scripted::a',
    'do 7:scripted::a',
    'node-completed scripted::a',
    'durable',
    'node-started scripted::b',
  ])
})

test('everything before an effect outside is on disk first, and the effect gets its key', async () => {
  expect((await traceBarriers('external')).slice(0, 4)).toEqual([
    'node-started scripted::a',
    'durable',
    'do 7:scripted::a',
    'node-completed scripted::a',
  ])
})
