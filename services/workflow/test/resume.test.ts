import { expect, test } from 'bun:test'
import type { Plan } from '../definition/plan.ts'
import type { RunEvent, RunStarted } from '../engine/run-events.ts'
import { compile, end, flow, message, model, ref, start } from './build-flow.ts'
import { goldenNames, readGoldenSample, recordedRegistry } from './golden-sample.ts'
import { type AnswerQuestion, always, runAnswering } from './run-answering.ts'
import { runInMemory, shownText, startEvent, toFrames } from './run-in-memory.ts'
import { serveMockModel } from './serve-mock-model.ts'

const withoutTimes = (events: readonly RunEvent[]) =>
  events.map((event) => ({
    ...event,
    ...('executedMs' in event && { executedMs: 0 }),
    ...('wakeAt' in event && { wakeAt: 0 }),
  }))

/** Runs with a crash after every single event that is newly written, until the run is over. */
// biome-ignore lint/complexity/useMaxParams: the fourth has a default
const runCrashing = async (
  plan: Plan,
  start: RunStarted,
  eventsPerLife: number,
  answer: AnswerQuestion = always(''),
): Promise<RunEvent[]> => {
  const events: RunEvent[] = []
  for (let life = 0; life < 500; life += 1) {
    const crash = new AbortController()
    let written = 0
    try {
      const run = {
        plan,
        start,
        past: [...events],
        signal: crash.signal,
        onEvent(event: RunEvent) {
          events.push(JSON.parse(JSON.stringify(event)) as RunEvent)
          written += 1
          if (written === eventsPerLife) crash.abort(new Error('killed'))
        },
      }
      await runAnswering(run, answer)
      return events
    } catch (error) {
      if (!crash.signal.aborted) throw error
      const last = events.at(-1)
      if (last?.type === 'run-completed' || last?.type === 'run-failed') return events
    }
  }
  throw new Error('the run never ended')
}

const expectSound = (events: readonly RunEvent[]) => {
  const seen = events.flatMap((event) =>
    // A question is announced twice.
    (event.type === 'node-started' && !event.nodeId.startsWith('question-answer')) || event.type === 'node-completed'
      ? [`${event.type} ${event.scope ?? ''} ${event.nodeId}`]
      : [],
  )
  expect(seen).toEqual([...new Set(seen)])
  expect(events.filter((event) => event.type === 'run-completed')).toHaveLength(1)
  expect(events.at(-1)?.type).toBe('run-completed')
}

/** What must not depend on where a run was interrupted: the text, its order, the results and the last frame. */
const readOutcome = (plan: Plan, start: RunStarted, events: readonly RunEvent[]) => {
  const last = toFrames(plan, { ...start, mode: 'release' }, events).at(-1)
  return {
    text: shownText(events),
    outputs: Object.fromEntries(
      events.flatMap((event) =>
        event.type === 'node-completed' ? [[`${event.scope ?? ''} ${event.nodeId}`, event.outputs]] : [],
      ),
    ),
    last: { ...last, created: 0, workflow_step: { progress: last?.workflow_step?.progress } },
  }
}

/** Sample 05 needs an interpreter for each of its many lives; cut programs are looked at among the conformance cases. */
for (const name of goldenNames.filter((sample) => sample !== '05-code')) {
  test(`${name}, cut after any event, goes on to the same result`, async () => {
    await using server = serveMockModel()
    const { plan, runs } = await readGoldenSample(name, server.url, recordedRegistry)
    for (const run of runs.filter(({ mode }) => mode === 'debug')) {
      const start = startEvent(run.parameters)
      const answer = always(run.resumed?.content ?? '')
      const whole = await runAnswering({ plan, start }, answer)
      const callsModel = server.requests.length > 0
      for (let cut = 0; cut <= whole.length; cut += 1) {
        const past = whole.slice(0, cut)
        const events = [...past, ...(await runAnswering({ plan, start, past }, answer))]
        expectSound(events)
        expect(readOutcome(plan, start, events)).toEqual(readOutcome(plan, start, whole))
        // Without a model nothing is left to chance: the very same events come, in the same order.
        if (!callsModel) expect(withoutTimes(events)).toEqual(withoutTimes(whole))
      }
    }
  })

  for (const eventsPerLife of [1, 2, 5]) {
    test(`${name}, killed again after every ${eventsPerLife} events, still gives the same result`, async () => {
      await using server = serveMockModel()
      const { plan, runs } = await readGoldenSample(name, server.url, recordedRegistry)
      const start = startEvent(runs[0]?.parameters ?? {})
      const answer = always(runs[0]?.resumed?.content ?? '')
      const whole = await runAnswering({ plan, start }, answer)
      const events = await runCrashing(plan, start, eventsPerLife, answer)
      expectSound(events)
      expect(readOutcome(plan, start, events)).toEqual(readOutcome(plan, start, whole))
    })
  }
}

test('an interrupted answer is continued from what was delivered, with what is missing only', async () => {
  await using server = serveMockModel()
  const { plan } = await readGoldenSample('02-llm-stream', server.url)
  const start = startEvent({ AGENT_USER_INPUT: 'hi' })
  const whole = await runInMemory({ plan, start })
  const cut = whole.findIndex((event) => event.type === 'model-delta' && event.content === 'lo ') + 1
  server.requests.length = 0
  const rest = await runInMemory({ plan, start, past: whole.slice(0, cut) })
  expect(server.requests).toHaveLength(1)
  expect(server.requests[0]?.messages).toContainEqual({ role: 'assistant', content: 'Hello ' })
  expect(rest.flatMap((event) => (event.type === 'model-delta' ? [event.content] : [])).join('')).toBe('world')
})

test('a finished model is not asked again', async () => {
  await using server = serveMockModel()
  const { plan } = await readGoldenSample('02-llm-stream', server.url)
  const start = startEvent({ AGENT_USER_INPUT: 'hi' })
  const whole = await runInMemory({ plan, start })
  const cut = whole.findIndex((event) => event.type === 'node-completed' && event.rawOutput !== undefined) + 1
  server.requests.length = 0
  const rest = await runInMemory({ plan, start, past: whole.slice(0, cut) })
  expect(server.requests).toHaveLength(0)
  expect(rest.at(-1)).toMatchObject({ type: 'run-completed', usage: { totalTokens: 7 } })
})

test('thinking that was shown is not contradicted when the answer is continued', async () => {
  await using server = serveMockModel({ reasoning: ['let me ', 'think'] })
  const plan = compile(
    flow(
      [
        start(),
        model('1', server.url, {
          outputs: [
            { name: 'output', schema: { type: 'string' } },
            { name: 'REASONING_CONTENT', schema: { type: 'string' } },
          ],
        }),
        message(
          'm',
          { why: ref('spark-llm::1', 'REASONING_CONTENT'), x: ref('spark-llm::1', 'output') },
          '{{why}}|{{x}}',
        ),
      ],
      [
        ['node-start::s', 'spark-llm::1'],
        ['spark-llm::1', 'message::m'],
      ],
    ),
  )
  const begin = startEvent({ q: 'hi' })
  const whole = await runInMemory({ plan, start: begin })
  expect(shownText(whole)).toBe('let me think|Hello world')
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const past = whole.slice(0, cut)
    const text = shownText([...past, ...(await runInMemory({ plan, start: begin, past }))])
    // Cut in the middle of its thoughts, the model's first thoughts stand.
    expect(text).toMatch(/^let me (think)?\|Hello world$/)
  }
})

test('a run that was failing when it was interrupted fails with the same code', async () => {
  await using server = serveMockModel({ failure: () => 400 })
  const plan = compile(
    flow(
      [start(), model('1', server.url), end({ x: ref('spark-llm::1', 'output') }, '{{x}}')],
      [
        ['node-start::s', 'spark-llm::1'],
        ['spark-llm::1', 'node-end::e'],
      ],
    ),
  )
  const begin = startEvent({ q: 'hi' })
  const whole = await runInMemory({ plan, start: begin })
  expect(whole.at(-2)).toMatchObject({ type: 'node-failed', code: 20380 })
  const calls = server.requests.length
  const rest = await runInMemory({ plan, start: begin, past: whole.slice(0, -1) })
  expect(rest).toEqual([whole.at(-1)!])
  expect(server.requests).toHaveLength(calls)
  expect(await runInMemory({ plan, start: begin, past: whole })).toEqual([])
})
