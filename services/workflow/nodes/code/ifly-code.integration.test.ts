import { expect, test } from 'bun:test'
import type { RunEvent } from '../../engine/run-events.ts'
import type { WireFrame } from '../../frames/wire-frame.ts'
import { compile, flow, type NodeParts, node, output, ref, start } from '../../test/build-flow.ts'
import { readGoldenSample } from '../../test/golden-sample.ts'
import { runInMemory, startEvent, toFrames } from '../../test/run-in-memory.ts'

const run = async (code: string, more: NodeParts = {}) => {
  const plan = compile(
    flow(
      [
        start(),
        node('ifly-code::c', {
          inputs: { n: 3, q: ref('node-start::s', 'q') },
          outputs: [output('text'), output('count', { type: 'integer' })],
          param: { codeLanguage: 'python', code, appId: 'a', uid: 'u' },
          ...more,
        }),
      ],
      [['node-start::s', 'ifly-code::c']],
    ),
  )
  const events = await runInMemory({ plan, start: startEvent({ q: 'hi' }) })
  return events.find((event) => event.type !== 'node-started' && 'nodeId' in event && event.nodeId === 'ifly-code::c')
}

/** Ids of sessions and times differ from run to run. */
const normalise = (frame: WireFrame): WireFrame => {
  const copy = { ...structuredClone(frame), id: '<sid>', created: 0 }
  if (copy.workflow_step?.node) copy.workflow_step.node.executed_time = 0
  return copy
}

for (const mode of ['debug', 'release'] as const) {
  test(`05-code gives the recorded ${mode} frames, field by field`, async () => {
    const { runs } = await readGoldenSample('05-code', '')
    const plan = compile(await Bun.file(new URL('../../test/golden/05-code.json', import.meta.url)).json())
    const recorded = runs.find((run) => run.mode === mode)
    if (!recorded) throw new Error(`no ${mode} run was recorded`)
    const begin = startEvent(recorded.parameters, mode)
    const events = await runInMemory({ plan, start: begin })
    expect(toFrames(plan, begin, events).map(normalise)).toEqual(recorded.frames)
  })
}

test('a dict gives the declared outputs, others their initial values', async () => {
  expect(await run('def main(q, n):\n  return {"text": q * n, "more": 1}')).toMatchObject({
    outputs: { text: 'hihihi', count: 0 },
  })
})

test('a text becomes the first output', async () => {
  expect(await run('def main(q):\n  return q')).toMatchObject({ outputs: { text: 'hi' } })
})

test('a bool passes as an integer', async () => {
  expect(await run('def main(q):\n  return {"count": True}')).toMatchObject({ outputs: { count: 1 } })
})

test.each([
  ['an exception', 'def main(q):\n  raise ValueError("no good")', 21600, 'ValueError: no good'],
  ['no main', 'x = 1', 21601, 'no function main'],
  ['a main without parameters', 'def main():\n  return {}', 21601, 'no parameters'],
  ['a list', 'def main(q):\n  return [q]', 21602, 'returned list'],
  ['an output of the wrong type', 'def main(q):\n  return {"count": q}', 21602, 'output count'],
])('%s fails with its own code', async (_, code, wireCode, message) => {
  const event = await run(code)
  expect(event).toMatchObject({ type: 'node-failed', code: wireCode })
  expect(JSON.stringify(event)).toContain(message)
})

test('an exception is shown by its traceback alone, as it was recorded', async () => {
  expect(await run('def main(q):\n    return {"text": str(int(q))}\n')).toMatchObject({
    message:
      'Traceback (most recent call last):\n    File "<stdin>", line 2, in main\nValueError: invalid literal for int() with base 10: \'hi\'\n',
  })
})

test('an unknown language is refused when the flow is compiled', () => {
  const json = flow(
    [start(), node('ifly-code::c', { param: { codeLanguage: 'ruby', code: 'x' } })],
    [['node-start::s', 'ifly-code::c']],
  )
  expect(() => compile(json)).toThrow('codeLanguage')
})

test('the timeout of the error handling ends the program with 21603', async () => {
  const retry = { shouldRetry: true, timeout: 0.5, maxRetries: 0, errorStrategy: 0, customOutput: {} }
  const event = await run('def main(q):\n  while True: pass', { retry })
  expect(event).toMatchObject({ type: 'node-failed', code: 21603 })
})

test('a run that died while its code ran repeats the code with the same inputs', async () => {
  const { runs } = await readGoldenSample('05-code', '')
  const plan = compile(await Bun.file(new URL('../../test/golden/05-code.json', import.meta.url)).json())
  const begin = startEvent(runs[0]?.parameters ?? {})
  const events = await runInMemory({ plan, start: begin })
  const isCode = (event: RunEvent) => 'nodeId' in event && event.nodeId.startsWith('ifly-code')
  const started = events.findIndex(isCode)
  expect(events[started]?.type).toBe('node-started')
  const resumed = await runInMemory({ plan, start: begin, past: events.slice(0, started + 1) })
  const outputs = (all: RunEvent[]) =>
    all.flatMap((event) => (event.type === 'node-completed' && isCode(event) ? [event.outputs] : []))
  expect(outputs(resumed)).toEqual([{ joined: 'hi-hi-hi', parts: ['hi', 'hi', 'hi'], count: 3 }])
})
