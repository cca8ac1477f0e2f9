import { describe, expect, test } from 'bun:test'
import { createTurnFrames } from '../chat/turn-frames.ts'
import { SourceError } from '../errors.ts'
import { aTurn } from '../test/a-turn.ts'
import { callDelta, finish, payTool, runLoop, scripted, text } from '../test/run-loop.ts'
import type { RunTool } from '../toolbox/tool-outcome.ts'
import type { TurnEvent } from './turn-events.ts'

const turn = aTurn({ tools: [payTool] })
const calls = (count: number) => Array.from({ length: count }, (_, index) => callDelta('pay', `{"n":${index}}`))
const payer = (count: number) =>
  scripted((_, asked) => (asked === 1 ? [...calls(count), finish('tool-calls')] : [text('ok'), finish()]))
const numberOf = (input: Record<string, unknown>) => Number(input.n)

test('calls of one answer are made at the same time, at most eight, all of them on disk before the first', async () => {
  let running = 0
  let most = 0
  const { promise: eight, resolve } = Promise.withResolvers<void>()
  const { model, requests } = payer(12)
  const { events, barriers } = await runLoop({
    model,
    turn,
    runTool: async (_, input) => {
      running += 1
      most = Math.max(most, running)
      if (running === 8) resolve()
      await eight
      running -= 1
      return { text: `paid ${numberOf(input)}`, failed: false }
    },
  })
  expect(most).toBe(8)
  expect(events.slice(1, 13).every(({ type }) => type === 'tool-call')).toBe(true)
  expect(barriers).toEqual([13])
  expect(requests[1]?.messages.slice(-12).map(({ content }) => content)).toEqual(
    Array.from({ length: 12 }, (_, index) => `paid ${index}`),
  )
})

test('results are written down as they come, and shown and told in the order of the calls', async () => {
  const first = Promise.withResolvers<void>()
  const { model, requests } = payer(3)
  const { events } = await runLoop({
    model,
    turn,
    runTool: async (_, input) => {
      if (numberOf(input) === 0) await first.promise
      if (numberOf(input) === 2) setTimeout(first.resolve)
      return { text: `paid ${numberOf(input)}`, failed: false }
    },
  })
  const written = events.flatMap((event) => (event.type === 'tool-result' ? [event.index] : []))
  expect(written).toEqual([1, 2, 0])
  const contentsOf = createTurnFrames()
  const shown = [turn, ...events].flatMap((event) => contentsOf(event)).flatMap(({ toolCall }) => toolCall ?? [])
  expect(shown.map(({ function: called }) => called.arguments)).toEqual(['{"n":0}', '{"n":1}', '{"n":2}'])
  expect(requests[1]?.messages.slice(-3).map(({ content }) => content)).toEqual(['paid 0', 'paid 1', 'paid 2'])
})

test('an interruption after any event makes no finished call again, and names each call as before', async () => {
  const run = (past: TurnEvent[], made: string[]) =>
    runLoop({
      model: payerAfter(past),
      turn,
      past,
      runTool: async (_, input, { idempotencyKey }) => {
        made.push(idempotencyKey)
        return { text: `paid ${numberOf(input)}`, failed: false }
      },
    })
  // Asked anew, the model gives what it gave: calls in the first round, the answer in the second.
  const payerAfter = (past: readonly TurnEvent[]) => {
    const answered = past.filter(({ type }) => type === 'model-answered').length
    return scripted((_, asked) =>
      asked + answered === 1 ? [...calls(3), finish('tool-calls')] : [text('ok'), finish()],
    ).model
  }
  const whole = await run([], [])
  for (let cut = 0; cut <= whole.events.length; cut++) {
    const past = whole.events.slice(0, cut)
    const made: string[] = []
    const { events } = await run(past, made)
    const finished = past.flatMap((event) => (event.type === 'tool-result' ? [`1:0:${event.index}`] : []))
    expect(made.toSorted()).toEqual(['1:0:0', '1:0:1', '1:0:2'].filter((key) => !finished.includes(key)))
    expect([...past, ...events].filter(({ type }) => type === 'tool-call')).toHaveLength(3)
    expect([...past, ...events].at(-1)).toEqual(whole.events.at(-1)!)
  }
})

describe('a source that fails in one of several calls', () => {
  const failing: RunTool = async (_, input, { signal }) => {
    if (numberOf(input) === 1) throw new SourceError('timeout', 'late')
    if (numberOf(input) === 2) {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
    }
    return { text: 'paid', failed: false }
  }

  test('ends the turn with the wire’s code, and the calls beside it', async () => {
    const { events } = await runLoop({ model: payer(3).model, turn, runTool: failing })
    expect(events.at(-1)).toMatchObject({ type: 'finished', code: 40024 })
  })

  test('is told to the model where the turn may go on', async () => {
    const { model, requests } = payer(2)
    const { events } = await runLoop({ model, turn: { ...turn, onBrokenSource: 'degrade' }, runTool: failing })
    expect(events.at(-1)).toMatchObject({ type: 'finished', code: 0 })
    expect(requests[1]?.messages.slice(-2).map(({ content }) => content)).toEqual([
      'paid',
      expect.stringContaining('could not be used: late'),
    ])
  })
})
