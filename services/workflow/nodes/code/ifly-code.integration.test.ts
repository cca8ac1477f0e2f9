import { expect, test } from 'bun:test'
import { compile, flow, node, output, ref, start } from '../../test/build-flow.ts'
import { expectGoldenFrames } from '../../test/expect-golden-frames.ts'
import { runInMemory, startEvent } from '../../test/run-in-memory.ts'

const run = async (code: string, more: Record<string, unknown> = {}) => {
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

for (const mode of ['debug', 'release'] as const) {
  test(`05-code gives the recorded ${mode} frames, field by field`, () => expectGoldenFrames('05-code', mode))
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

test('the timeout of the error handling ends the program with 21603', async () => {
  const retryConfig = { shouldRetry: true, timeout: 0.5, maxRetries: 0, errorStrategy: 0, customOutput: {} }
  const event = await run('def main(q):\n  while True: pass', { retryConfig })
  expect(event).toMatchObject({ type: 'node-failed', code: 21603 })
})
