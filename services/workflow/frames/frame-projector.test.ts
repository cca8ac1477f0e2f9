import { expect, test } from 'bun:test'
import { compile, end, flow, joiner, message, ref, start } from '../test/build-flow.ts'
import { runInMemory, startEvent, toFrames } from '../test/run-in-memory.ts'
import { createFrameCollector, refusalFrame, silenceFrame } from './collect-frames.ts'
import { createFrameProjector } from './frame-projector.ts'
import { roundProgress } from './track-progress.ts'

const good = compile(
  flow(
    [
      start(),
      message('m', { x: ref('node-start::s', 'q') }, 'm {{x}};'),
      end({ x: ref('node-start::s', 'q') }, 'e {{x}}'),
    ],
    [
      ['node-start::s', 'message::m'],
      ['message::m', 'node-end::e'],
    ],
  ),
)
const failing = compile(
  flow([start(), joiner('j', { x: ref('nowhere::1', 'x') }, '{{x}}')], [['node-start::s', 'text-joiner::j']]),
)

const framesOf = async (plan: typeof good, mode: 'release' | 'debug') => {
  const begin = startEvent({ q: 'hi' }, mode)
  return toFrames(plan, begin, await runInMemory({ plan, start: begin }))
}

test('a failure reaches clients of published flows as the one last frame', async () => {
  const frames = await framesOf(failing, 'release')
  expect(frames).toHaveLength(1)
  expect(frames[0]).toMatchObject({
    code: 20600,
    workflow_step: { seq: 1, progress: 1 },
    choices: [{ delta: { content: '' }, index: 0, finish_reason: 'stop' }],
    usage: { total_tokens: 0 },
  })
  expect(frames[0]?.workflow_step).not.toHaveProperty('node')
})

test('in debug mode the failed node tells the code first, then the run does', async () => {
  const frames = await framesOf(failing, 'debug')
  expect(frames.slice(-2)).toMatchObject([
    { code: 20600, workflow_step: { node: { id: 'text-joiner::j', finish_reason: 'stop' } } },
    { code: 20600, workflow_step: { progress: 1 }, choices: [{ finish_reason: 'stop' }] },
  ])
})

test('released progress never falls, and frames are numbered without a gap', async () => {
  const steps = (await framesOf(good, 'release')).map((frame) => frame.workflow_step)
  expect(steps.map((step) => step?.seq)).toEqual(steps.map((_, index) => index + 1))
  const progress = steps.map((step) => step?.progress ?? -1)
  expect(progress).toEqual(progress.toSorted((a, b) => a - b))
})

test('the same events give the same frames on any worker, whatever was sent before', async () => {
  const begin = startEvent({ q: 'hi' }, 'release')
  const events = [begin, ...(await runInMemory({ plan: good, start: begin }))]
  const project = () => {
    const projector = createFrameProjector({ plan: good, mode: 'release', sid: 'other', now: () => 1_700_000_000_999 })
    return events.map((event) => projector.project(event))
  }
  const frames = project()
  expect(project()).toEqual(frames)
  expect(frames.at(-1)).toMatchObject({ id: 'other', created: 1_700_000_000 })
})

test('without a stream the texts are joined into the last frame', async () => {
  for (const mode of ['release', 'debug'] as const) {
    const collector = createFrameCollector(mode)
    for (const frame of await framesOf(good, mode)) collector.add(frame)
    const result = collector.result()
    expect(result.choices).toEqual([
      { delta: { role: 'assistant', content: 'm hi;e hi', reasoning_content: '' }, index: 0, finish_reason: 'stop' },
    ])
    expect(result.usage).toEqual({ completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 })
    expect('workflow_step' in result).toBe(mode === 'debug')
  }
})

test('without a stream a failure is an object with its code', async () => {
  const collector = createFrameCollector('release')
  for (const frame of await framesOf(failing, 'release')) collector.add(frame)
  expect(collector.result()).toMatchObject({ code: 20600, choices: [{ finish_reason: 'stop' }] })
})

test('a refusal before the stream writes its null fields out, and a silence has no step', () => {
  expect(JSON.parse(JSON.stringify(refusalFrame('s', { code: 20201, message: 'Flow not found' }, 1_000)))).toEqual({
    code: 20201,
    message: 'Flow not found',
    id: 's',
    created: 1,
    workflow_step: { node: null, seq: 0, progress: 1 },
    choices: [{ delta: { role: 'assistant', content: '', reasoning_content: '' }, index: 0, finish_reason: 'stop' }],
    usage: { completion_tokens: 0, prompt_tokens: 0, total_tokens: 0 },
    event_data: null,
  })
  expect(silenceFrame('s')).not.toHaveProperty('workflow_step')
  expect(silenceFrame('s').code).toBe(20804)
})

test('progress is rounded as the original rounds: exact halves to the even neighbour', () => {
  const rounded = [0.125, 0.375, 0.625, 0.875, 0.25, 2 / 3, 0.005, 1].map(roundProgress)
  expect(rounded).toEqual([0.12, 0.38, 0.62, 0.88, 0.25, 0.67, 0.01, 1])
})
