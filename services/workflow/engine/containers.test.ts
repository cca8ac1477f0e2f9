import { expect, test } from 'bun:test'
import { iteration, iterationEnd, iterationStart, question } from '../test/build-container.ts'
import { compile, end, flow, joiner, message, node, output, ref, start } from '../test/build-flow.ts'
import { type AnswerQuestion, always, runAnswering } from '../test/run-answering.ts'
import { runInMemory, shownText, startEvent, toFrames } from '../test/run-in-memory.ts'
import { scriptedKind } from '../test/scripted-kind.ts'
import { servicesWithFlows } from '../test/services-with-flows.ts'
import type { NodeCompleted, NodeWaiting, RunEvent } from './run-events.ts'

const begin = startEvent({ q: 'hi' })

const outputsOf = (events: readonly RunEvent[], nodeId: string): NodeCompleted['outputs'] | undefined =>
  events.find((event): event is NodeCompleted => event.type === 'node-completed' && event.nodeId === nodeId)?.outputs

/** Executed again behind every event: the same texts and results must come. */
const expectSameAfterEveryCut = async (
  run: Parameters<typeof runAnswering>[0],
  answer: AnswerQuestion,
): Promise<RunEvent[]> => {
  const whole = await runAnswering(run, answer)
  const summary = (events: readonly RunEvent[]) => ({
    text: shownText(events.filter(({ type }) => type !== 'node-waiting')),
    outputs: events
      .flatMap((event) =>
        event.type === 'node-completed'
          ? [`${event.scope ?? ''} ${event.nodeId} ${JSON.stringify(event.outputs)}`]
          : [],
      )
      .toSorted(),
    last: events.at(-1)?.type,
  })
  for (let cut = 0; cut < whole.length; cut += 1) {
    const past = whole.slice(0, cut)
    const events = [...past, ...(await runAnswering({ ...run, past }, answer))]
    expect(summary(events)).toEqual(summary(whole))
  }
  return whole
}

const loopOver = (
  items: unknown[],
  body: { nodes: Record<string, unknown>[]; edges: [string, string, string?][]; result: unknown },
  param = {},
) =>
  flow(
    [
      start(),
      iteration('1', items, { param }),
      iterationStart('1'),
      ...body.nodes,
      iterationEnd('1', { output: body.result }),
      end({ x: ref('iteration::1', 'output') }, '{{x}}'),
    ],
    [['node-start::s', 'iteration::1'], ['iteration::1', 'node-end::e'], ...body.edges],
  )

const wrap = {
  nodes: [joiner('w', { x: ref('iteration-node-start::1', 'items'), y: ref('node-start::s', 'q') }, '<{{x}}{{y}}>')],
  edges: [
    ['iteration-node-start::1', 'text-joiner::w'],
    ['text-joiner::w', 'iteration-node-end::1'],
  ] as [string, string][],
  result: ref('text-joiner::w', 'output'),
}

test('each item has its own result, and sees the variables around the loop', async () => {
  const plan = compile(loopOver(['a', 'b', 'c'], wrap))
  const events = await expectSameAfterEveryCut({ plan, start: begin }, always(''))
  expect(outputsOf(events, 'iteration::1')).toEqual({ output: ['<ahi>', '<bhi>', '<chi>'] })
})

test('an empty list gives empty results', async () => {
  const events = await runInMemory({ plan: compile(loopOver([], wrap)), start: begin })
  expect(outputsOf(events, 'iteration::1')).toEqual({ output: [] })
})

test('a value that is no list fails the node with the code of iterations', async () => {
  const json = loopOver(['a'], wrap)
  const plan = compile({
    data: {
      ...json.data,
      nodes: json.data.nodes.map((part) =>
        part.id === 'iteration::1' ? iteration('1', ref('node-start::s', 'q')) : part,
      ),
    },
  })
  const events = await runInMemory({ plan, start: begin })
  expect(events.at(-1)).toMatchObject({ type: 'run-failed', code: 23200 })
})

const scriptedBody = {
  nodes: [
    node('scripted::w', { inputs: { x: ref('iteration-node-start::1', 'items') }, outputs: [output('output', {})] }),
  ],
  edges: [
    ['iteration-node-start::1', 'scripted::w'],
    ['scripted::w', 'iteration-node-end::1'],
  ] as [string, string][],
  result: ref('scripted::w', 'output'),
}

test('items run side by side up to the limit, and results keep the order of the items', async () => {
  let under = 0
  let most = 0
  const gates = [0, 1, 2, 3, 4].map(() => Promise.withResolvers<void>())
  const work = async ({ inputs }: { inputs: Readonly<Record<string, unknown>> }) => {
    under += 1
    most = Math.max(most, under)
    const at = Number(inputs.x)
    // The later item of each pair ends first.
    if (at % 2 === 0 && at + 1 < gates.length) await gates[at + 1]?.promise
    gates[at]?.resolve()
    under -= 1
    return { variables: { output: at * 10 } }
  }
  const plan = compile(loopOver([0, 1, 2, 3, 4], scriptedBody, { parallelism: 2 }), scriptedKind({ w: work }))
  const events = await runInMemory({ plan, start: begin })
  expect(outputsOf(events, 'iteration::1')).toEqual({ output: [0, 10, 20, 30, 40] })
  expect(most).toBe(2)
})

test.each([
  ['fail', { type: 'run-failed' }, undefined],
  ['null', { type: 'run-completed' }, { output: [1, null, 3] }],
  ['skip', { type: 'run-completed' }, { output: [1, 3] }],
] as const)('an item that fails under the rule %s', async (itemErrors, last, expected) => {
  const work = ({ inputs }: { inputs: Readonly<Record<string, unknown>> }) => {
    if (inputs.x === 2) throw new Error('two is bad')
    return { variables: { output: inputs.x } }
  }
  const plan = compile(loopOver([1, 2, 3], scriptedBody, { itemErrors }), scriptedKind({ w: work }))
  const events = await expectSameAfterEveryCut({ plan, start: begin }, always(''))
  expect(events.at(-1)).toMatchObject(last)
  expect(outputsOf(events, 'iteration::1')).toEqual(expected)
})

test('a failing item stops the items beside it', async () => {
  let wasStopped = false
  const work = async ({ inputs, signal }: { inputs: Readonly<Record<string, unknown>>; signal: AbortSignal }) => {
    if (inputs.x === 1) throw new Error('one is bad')
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    wasStopped = true
    return { variables: { output: 0 } }
  }
  const plan = compile(loopOver([0, 1], scriptedBody, { parallelism: 2 }), scriptedKind({ w: work }))
  const events = await runInMemory({ plan, start: begin })
  expect(events.at(-1)).toMatchObject({ type: 'run-failed' })
  expect(wasStopped).toBe(true)
})

test('messages inside of a loop are shown item by item, and before what comes after the loop', async () => {
  const plan = compile(
    loopOver(['a', 'b'], {
      nodes: [message('m', { x: ref('iteration-node-start::1', 'items') }, '[{{x}}]')],
      edges: [
        ['iteration-node-start::1', 'message::m'],
        ['message::m', 'iteration-node-end::1'],
      ],
      result: ref('iteration-node-start::1', 'items'),
    }),
  )
  const events = await expectSameAfterEveryCut({ plan, start: begin }, always(''))
  expect(shownText(events)).toBe('[a][b]["a", "b"]')
  const release = toFrames(plan, { ...begin, mode: 'release' }, events)
  expect(release.map(({ choices }) => choices[0].delta.content).join('')).toBe('[a][b]["a", "b"]')
})

test('loops within loops keep their items apart', async () => {
  const plan = compile(
    flow(
      [
        start(),
        iteration('1', [['a', 'b'], ['c']]),
        iterationStart('1'),
        iteration('2', ref('iteration-node-start::1', 'items')),
        iterationStart('2'),
        joiner(
          'w',
          { x: ref('iteration-node-start::2', 'items'), n: ref('iteration-node-start::1', 'index') },
          '{{n}}{{x}}',
        ),
        iterationEnd('2', { output: ref('text-joiner::w', 'output') }),
        iterationEnd('1', { output: ref('iteration::2', 'output') }),
        end({ x: ref('iteration::1', 'output') }),
      ],
      [
        ['node-start::s', 'iteration::1'],
        ['iteration::1', 'node-end::e'],
        ['iteration-node-start::1', 'iteration::2'],
        ['iteration::2', 'iteration-node-end::1'],
        ['iteration-node-start::2', 'text-joiner::w'],
        ['text-joiner::w', 'iteration-node-end::2'],
      ],
    ),
  )
  const events = await expectSameAfterEveryCut({ plan, start: begin }, always(''))
  expect(outputsOf(events, 'iteration::1')).toEqual({ output: [['0a', '0b'], ['1c']] })
})

test('questions inside of a loop wait all at once, and each answer reaches its item', async () => {
  const plan = compile(
    loopOver(
      ['a', 'b', 'c'],
      {
        nodes: [question('1', 'for {{x}}?', { inputs: { x: ref('iteration-node-start::1', 'items') } })],
        edges: [
          ['iteration-node-start::1', 'question-answer::1'],
          ['question-answer::1', 'iteration-node-end::1'],
        ],
        result: ref('question-answer::1', 'content'),
      },
      { parallelism: 3 },
    ),
  )
  const first = await runInMemory({ plan, start: begin })
  expect(first.filter(({ type }) => type === 'node-waiting')).toHaveLength(3)
  const answer: AnswerQuestion = ({ question: asked }) => ({
    kind: 'resume',
    content: `re ${String(asked?.value.content)}`,
  })
  const events = await expectSameAfterEveryCut({ plan, start: begin }, answer)
  expect(outputsOf(events, 'iteration::1')).toEqual({ output: ['re for a?', 're for b?', 're for c?'] })
})

test('a loop hands its state from round to round, until its condition holds or a break is reached', async () => {
  const body = (extra: Record<string, unknown>) =>
    flow(
      [
        start(),
        node('loop::1', {
          inputs: { text: 'x' },
          outputs: [output('text'), output('rounds', { type: 'integer' })],
          param: { LoopStartNodeId: 'loop-node-start::1', ...extra },
        }),
        node('loop-node-start::1', { outputs: [output('text'), output('index', { type: 'integer' })] }),
        joiner('w', { t: ref('loop-node-start::1', 'text'), n: ref('loop-node-start::1', 'index') }, '{{t}}{{n}}'),
        node('loop-node-end::1', { inputs: { text: ref('text-joiner::w', 'output') } }),
        end({ x: ref('loop::1', 'text'), n: ref('loop::1', 'rounds') }),
      ],
      [
        ['node-start::s', 'loop::1'],
        ['loop::1', 'node-end::e'],
        ['loop-node-start::1', 'text-joiner::w'],
        ['text-joiner::w', 'loop-node-end::1'],
      ],
    )
  const until = { breakWhen: { conditions: [{ variable: 'text', compareOperator: 'end_with', value: '012' }] } }
  const events = await expectSameAfterEveryCut({ plan: compile(body(until)), start: begin }, always(''))
  expect(outputsOf(events, 'loop::1')).toEqual({ text: 'x012', rounds: 3 })
  const limited = await runInMemory({ plan: compile(body({ maxRounds: 2 })), start: begin })
  expect(outputsOf(limited, 'loop::1')).toEqual({ text: 'x01', rounds: 2 })
})

const subFlow = (id: string, outputs: string[]) =>
  node(`flow::${id}`, {
    inputs: { q: ref('node-start::s', 'q') },
    outputs: outputs.map((name) => output(name)),
    param: { flowId: 'inner', appId: 'a', uid: 'u' },
  })

const caller = (outputs: string[], shown: string) =>
  compile(
    flow(
      [start(), subFlow('1', outputs), end({ x: ref('flow::1', shown) }, 'got {{x}}')],
      [
        ['node-start::s', 'flow::1'],
        ['flow::1', 'node-end::e'],
      ],
    ),
  )

test('a sub-flow in template mode streams its text, and its nodes stay unseen', async () => {
  const inner = compile(
    flow(
      [
        start(),
        message('m', { q: ref('node-start::s', 'q') }, 'm {{q}}, '),
        end({ q: ref('node-start::s', 'q') }, 'e {{q}}'),
      ],
      [
        ['node-start::s', 'message::m'],
        ['message::m', 'node-end::e'],
      ],
    ),
  )
  const plan = caller(['content'], 'content')
  const services = servicesWithFlows({ inner })
  const events = await runAnswering({ plan, start: begin, services }, always(''))
  expect(outputsOf(events, 'flow::1')).toEqual({ content: 'm hi, e hi' })
  const frames = toFrames(plan, begin, events)
  expect(frames.filter(({ workflow_step }) => workflow_step?.node?.id === 'message::m')).toEqual([])
  const release = toFrames(plan, { ...begin, mode: 'release' }, events)
  expect(release.map(({ choices }) => choices[0].delta.content).join('')).toBe('got m hi, e hi')
  for (let cut = 0; cut < events.length; cut += 1) {
    const past = events.slice(0, cut)
    const again = [...past, ...(await runInMemory({ plan, start: begin, past, services }))]
    const text = toFrames(plan, { ...begin, mode: 'release' }, again)
      .map(({ choices }) => choices[0].delta.content)
      .join('')
    expect(text).toBe('got m hi, e hi')
  }
})

test('a sub-flow in variables mode gives its variables, keeps its version, and asks the caller of the run', async () => {
  const inner = (text: string) =>
    compile(
      flow(
        [start(), question('1', text), end({ city: ref('question-answer::1', 'content') })],
        [
          ['node-start::s', 'question-answer::1'],
          ['question-answer::1', 'node-end::e'],
        ],
      ),
    )
  const plan = caller(['city'], 'city')
  const services = servicesWithFlows({ inner: inner('Which city?') })
  const asked = await runInMemory({ plan, start: begin, services })
  const frame = toFrames(plan, { ...begin, mode: 'release' }, asked).at(-1)
  expect(frame?.event_data?.value).toEqual({ type: 'direct', content: 'Which city?' })
  const events = await runAnswering({ plan, start: begin, past: asked, services }, always('Paris'))
  expect(shownText([...asked, ...events].filter((event) => !('scope' in event)))).toBe('got Paris')
})

test('a sub-flow that fails, or is not published, fails its node with 22801 or takes its exception branch', async () => {
  const plan = caller(['content'], 'content')
  const events = await runInMemory({ plan, start: begin })
  expect(events.at(-1)).toMatchObject({ type: 'run-failed', code: 22801 })
})

test('a flow that runs itself ends with a clear failure', async () => {
  const plan = caller(['content'], 'content')
  const plans: Record<string, typeof plan> = {}
  plans.inner = plan
  const events = await runInMemory({ plan, start: begin, services: servicesWithFlows(plans) })
  expect(events.at(-1)).toMatchObject({
    type: 'run-failed',
    code: 22801,
    message: expect.stringContaining('within each other'),
  })
})

test('a node that waits for a moment goes on by itself, at once when the moment has passed meanwhile', async () => {
  const plan = compile(
    flow(
      [
        start(),
        node('wait::1', { outputs: [output('at')], param: { seconds: 3600 } }),
        end({ x: ref('node-start::s', 'q') }, '{{x}}'),
      ],
      [
        ['node-start::s', 'wait::1'],
        ['wait::1', 'node-end::e'],
      ],
    ),
  )
  const before = await runInMemory({ plan, start: begin })
  const wait = before.at(-1) as NodeWaiting
  expect(wait.type).toBe('node-waiting')
  expect(wait.wakeAt).toBeGreaterThan(Date.now() + 3_500_000)
  const due = [...before.slice(0, -1), { ...wait, wakeAt: Date.now() - 1 }]
  const after = await runInMemory({ plan, start: begin, past: due })
  expect(after[0]).toMatchObject({ type: 'node-resumed', reply: { kind: 'timeout' } })
  expect(after.at(-1)?.type).toBe('run-completed')
})
