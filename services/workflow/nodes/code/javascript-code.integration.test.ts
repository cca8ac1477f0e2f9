import { expect, test } from 'bun:test'
import { compile, flow, type NodeParts, node, output, ref, start } from '../../test/build-flow.ts'
import { runInMemory, startEvent } from '../../test/run-in-memory.ts'

const run = async (codeLanguage: string, code: string, more: NodeParts = {}) => {
  const plan = compile(
    flow(
      [
        start(),
        node('ifly-code::c', {
          inputs: { n: 3, q: ref('node-start::s', 'q') },
          outputs: [output('text'), output('count', { type: 'integer' })],
          param: { codeLanguage, code, appId: 'a', uid: 'u' },
          ...more,
        }),
      ],
      [['node-start::s', 'ifly-code::c']],
    ),
  )
  const events = await runInMemory({ plan, start: startEvent({ q: 'hi' }) })
  return events.find((event) => event.type !== 'node-started' && 'nodeId' in event && event.nodeId === 'ifly-code::c')
}

test.each([
  ['javascript', 'function main({ q, n }) {\n  console.log("repeats", n)\n  return { text: q.repeat(n), more: 1 }\n}'],
  [
    'typescript',
    'interface Inputs { q: string; n: number }\nexport default async ({ q, n }: Inputs): Promise<{ text: string }> => {\n  console.log("repeats", n)\n  return { text: q.repeat(n as number) }\n}',
  ],
])('%s gives the declared outputs, others their initial values, and what it printed', async (language, code) => {
  expect(await run(language, code)).toMatchObject({
    type: 'node-completed',
    outputs: { text: 'hihihi', count: 0 },
    rawOutput: 'repeats 3\n'.trim(),
  })
})

test('a text becomes the first output', async () => {
  expect(await run('javascript', 'const main = ({ q }) => q')).toMatchObject({ outputs: { text: 'hi' } })
})

test.each([
  [
    'an exception',
    'function main() {\n  throw new RangeError("no good")\n}',
    21600,
    'RangeError: no good\\n    at main (main.js:2',
  ],
  ['a syntax error', 'function main( {', 21600, 'SyntaxError'],
  ['no main', 'const x = 1', 21601, 'no function main'],
  ['an array', 'const main = ({ q }) => [q]', 21602, 'returned an array'],
  ['a big integer', 'const main = () => ({ count: 1n })', 21602, 'not JSON'],
  ['an output of the wrong type', 'const main = ({ q }) => ({ count: q })', 21602, 'output count'],
] as const)('%s fails with its own code', async (...[, code, wireCode, message]) => {
  const event = await run('javascript', code)
  expect(event).toMatchObject({ type: 'node-failed', code: wireCode })
  expect(JSON.stringify(event)).toContain(message)
})

test('the timeout of the node holds with and without its error handling', async () => {
  const retry = { shouldRetry: true, timeout: 0.5, maxRetries: 0, errorStrategy: 0, customOutput: {} }
  const endless = 'function main() { for (;;); }'
  for (const shouldRetry of [true, false]) {
    const event = await run('javascript', endless, { retry: { ...retry, shouldRetry } })
    expect(event).toMatchObject({ type: 'node-failed', code: 21603 })
  }
})
