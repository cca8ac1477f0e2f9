import { expect, test } from 'bun:test'
import { wireCodes } from '../definition/wire-codes.ts'
import { compile, flow, message, node, output, ref, start } from '../test/build-flow.ts'
import { runInMemory, shownText, startEvent } from '../test/run-in-memory.ts'
import { scriptedKind } from '../test/scripted-kind.ts'
import type { NodeExecution, NodeResult, TaskBehaviour } from './node-execution.ts'

const begin = startEvent({ q: 'hi' })

const planOf = (
  retry: Record<string, unknown>,
  execute: TaskBehaviour['execute'],
  options: { behaviour?: Partial<TaskBehaviour>; required?: boolean } = {},
) =>
  compile(
    flow(
      [
        start(),
        node('scripted::risky', {
          outputs: [output('output', { type: 'string', default: 'dflt' }, options.required ?? false)],
          retry,
        }),
        message(
          'ok',
          { x: ref('scripted::risky', 'output'), c: ref('scripted::risky', 'errorCode') },
          'ok {{x}} {{c}}',
        ),
        message(
          'bad',
          { c: ref('scripted::risky', 'errorCode'), m: ref('scripted::risky', 'errorMessage') },
          'bad {{c}} {{m}}',
        ),
      ],
      [
        ['node-start::s', 'scripted::risky'],
        ['scripted::risky', 'message::ok'],
        ['scripted::risky', 'message::bad', 'intent_chain|fail_one_of::1'],
      ],
    ),
    scriptedKind({ risky: execute }, options.behaviour),
  )

/** Fails so many times, then succeeds. */
const failing = (times: number) => {
  const attempts: NodeExecution[] = []
  const execute = async (execution: NodeExecution): Promise<NodeResult> => {
    attempts.push(execution)
    if (attempts.length <= times) throw new Error('no luck')
    return { variables: { output: 'value' } }
  }
  return { attempts, execute }
}

test('without error handling the first failure fails the run, and exception edges mean nothing', async () => {
  const { attempts, execute } = failing(1)
  const events = await runInMemory({ plan: planOf({ shouldRetry: false, maxRetries: 3 }, execute), start: begin })
  expect(attempts).toHaveLength(1)
  expect(events.at(-1)).toMatchObject({ type: 'run-failed', code: 22302 })
})

for (const retry of [
  { should_retry: true, max_retries: 2 },
  { shouldRetry: true, maxRetries: 2 },
]) {
  test(`${Object.keys(retry)[0]} tries again as often as allowed`, async () => {
    const lucky = failing(2)
    expect(shownText(await runInMemory({ plan: planOf(retry, lucky.execute), start: begin }))).toBe('ok value 0')
    expect(lucky.attempts).toHaveLength(3)
    const unlucky = failing(3)
    expect((await runInMemory({ plan: planOf(retry, unlucky.execute), start: begin })).at(-1)?.type).toBe('run-failed')
    expect(unlucky.attempts).toHaveLength(3)
    expect(new Set(unlucky.attempts.map((attempt) => attempt.idempotencyKey)).size).toBe(1)
  })
}

test('strategy 1 goes on with the fixed outputs and tells the error', async () => {
  const retry = { shouldRetry: true, errorStrategy: 1, customOutput: '{"output": "fixed"}' }
  const events = await runInMemory({ plan: planOf(retry, failing(9).execute), start: begin })
  expect(shownText(events)).toBe('ok fixed 22302')
  expect(events.find((event) => event.type === 'node-completed' && event.nodeId === 'scripted::risky')).toMatchObject({
    outputs: { output: 'fixed' },
    errorOutputs: { errorCode: 22302, errorMessage: 'Node run failed(no luck)' },
  })
})

test('strategy 1 without fixed outputs uses the defaults', async () => {
  const events = await runInMemory({
    plan: planOf({ shouldRetry: true, errorStrategy: 1 }, failing(9).execute),
    start: begin,
  })
  expect(shownText(events)).toBe('ok dflt 22302')
})

test('strategy 2 takes the exception branch only after a failure, also with required outputs', async () => {
  const retry = { shouldRetry: true, errorStrategy: 2 }
  const bad = await runInMemory({ plan: planOf(retry, failing(9).execute, { required: true }), start: begin })
  expect(shownText(bad)).toBe('bad 22302 Node run failed(no luck)')
  const good = await runInMemory({ plan: planOf(retry, failing(0).execute), start: begin })
  expect(shownText(good)).toBe('ok value 0')
})

const HOLD_MS = 5

test('an attempt is cut at its timeout, and its signal tells it', async () => {
  const signals: AbortSignal[] = []
  const plan = planOf({ shouldRetry: true, maxRetries: 1, errorStrategy: 2, timeout: HOLD_MS / 1000 }, ({ signal }) => {
    signals.push(signal)
    return new Promise(() => undefined)
  })
  expect(shownText(await runInMemory({ plan, start: begin }))).toBe(
    `bad 22302 Node run failed(not finished within ${HOLD_MS} ms)`,
  )
  expect(signals.map((signal) => signal.aborted)).toEqual([true, true])
})

const streaming: Partial<TaskBehaviour> = { timeout: { limits: 'gap', result: wireCodes.OPENAI_REQUEST_FAILED } }

test('a streaming node is cut when no first token comes, with its own code', async () => {
  const plan = planOf(
    { shouldRetry: true, errorStrategy: 2, timeout: HOLD_MS / 1000 },
    () => new Promise(() => undefined),
    {
      behaviour: streaming,
    },
  )
  expect(shownText(await runInMemory({ plan, start: begin }))).toStartWith('bad 20380')
})

test('tokens below an exception branch are shown live', async () => {
  const shown = Promise.withResolvers<void>()
  const plan = planOf(
    { shouldRetry: true, errorStrategy: 2 },
    async ({ token }) => {
      token({ text: 'first ', reasoning: '' })
      // Goes on only when the first token was shown: it was not held back until the end.
      await shown.promise
      token({ text: 'second', reasoning: '' })
      return { variables: { output: 'first second' } }
    },
    { behaviour: streaming },
  )
  const events = await runInMemory({
    plan,
    start: begin,
    onEvent: (event) => {
      if (event.type === 'node-delta' && event.content === 'first ') shown.resolve()
    },
  })
  expect(shownText(events)).toBe('ok first second 0')
})

test('after the first token a failure is neither tried again nor caught', async () => {
  let attempts = 0
  const plan = planOf(
    { shouldRetry: true, maxRetries: 3, errorStrategy: 2 },
    async ({ token }) => {
      attempts += 1
      token({ text: 'first', reasoning: '' })
      throw new Error('cut')
    },
    { behaviour: streaming },
  )
  expect((await runInMemory({ plan, start: begin })).at(-1)).toMatchObject({ type: 'run-failed', code: 22302 })
  expect(attempts).toBe(1)
})
