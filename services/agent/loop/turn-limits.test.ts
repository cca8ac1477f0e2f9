import { describe, expect, test } from 'bun:test'
import { aTurn } from '../test/a-turn.ts'
import { callDelta, finish, payTool, runLoop, scripted, text, textOf } from '../test/run-loop.ts'
import type { RunTool } from '../toolbox/tool-outcome.ts'
import { RESULT_CHARS_MAX } from './run-tool.ts'
import type { LimitName, TurnEvent } from './turn-events.ts'
import { DEFAULT_LIMITS, type TurnLimits } from './turn-limits.ts'

const turn = (limits: Partial<TurnLimits>) => aTurn({ tools: [payTool], limits: { ...DEFAULT_LIMITS, ...limits } })
const paid: RunTool = async () => ({ text: 'paid', failed: false })
/** Calls, each time with other arguments, for as long as it is offered tools. */
const tireless = (facts?: { price: { promptPerMillion: number; completionPerMillion: number; currency: string } }) =>
  scripted(
    (request, asked) =>
      request.tools ? [callDelta('pay', `{"n":${asked}}`), finish('tool-calls')] : [text('what I know'), finish()],
    facts
      ? { facts: { ...facts, limits: {}, capabilities: { tools: 'true', images: 'unknown', reasoning: 'unknown' } } }
      : {},
  )
const limitsOf = (events: readonly TurnEvent[]) =>
  events.flatMap((event) => (event.type === 'limit-reached' ? [event.limit] : []))

describe('a limit that is reached ends in an honest answer without tools', () => {
  test.each<[LimitName, Partial<TurnLimits>, number]>([
    ['rounds', { roundsMax: 2 }, 2],
    ['tokens', { tokensMax: 5 }, 3],
    // One of the currency for a million tokens, two tokens in each round.
    ['cost', { costMax: 0.000_005 }, 3],
  ])('%s', async (...[limit, limits, rounds]) => {
    const { model, requests } = tireless({ price: { promptPerMillion: 1, completionPerMillion: 1, currency: 'USD' } })
    const { events } = await runLoop({ model, turn: turn(limits), runTool: paid })
    expect(limitsOf(events)).toEqual([limit])
    expect(requests).toHaveLength(rounds + 1)
    expect(requests.at(-1)?.tools).toBeUndefined()
    expect(requests.at(-1)?.messages[0]?.content).toContain('Say what could not be found out or done')
    expect(textOf(events)).toBe('what I know')
    expect(events.at(-1)).toMatchObject({ type: 'finished', code: 0 })
  })

  test('time, in the middle of a call', async () => {
    const { model, requests } = tireless()
    const { events } = await runLoop({
      model,
      turn: turn({ msMax: 50 }),
      runTool: (_, __, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
    })
    expect(limitsOf(events)).toEqual(['time'])
    expect(JSON.stringify(requests.at(-1)?.messages)).toContain('the time of this turn was over')
    expect(textOf(events)).toBe('what I know')
  })

  test('the same call again and again is made three times, and then tools are taken away', async () => {
    const { model, requests } = scripted((request) =>
      request.tools ? [callDelta('pay', '{}'), finish('tool-calls')] : [text('enough'), finish()],
    )
    let made = 0
    const { events } = await runLoop({
      model,
      turn: turn({}),
      runTool: async () => {
        made += 1
        return { text: 'paid', failed: false }
      },
    })
    expect(made).toBe(3)
    expect(limitsOf(events)).toEqual(['repeats'])
    expect(requests.length).toBeLessThan(9)
    expect(textOf(events)).toBe('enough')
  })
})

test('a model that answers in time is not cut by any limit', async () => {
  const { model } = scripted((_, asked) =>
    asked === 1 ? [callDelta('pay', '{}'), finish('tool-calls')] : [text('ok'), finish()],
  )
  const { events } = await runLoop({ model, turn: turn({ roundsMax: 5, tokensMax: 1_000, costMax: 1 }), runTool: paid })
  expect(limitsOf(events)).toEqual([])
  expect(textOf(events)).toBe('ok')
})

test('a long result is cut, and the model is told of how much', async () => {
  const { model, requests } = scripted((_, asked) =>
    asked === 1 ? [callDelta('pay', '{}'), finish('tool-calls')] : [text('ok'), finish()],
  )
  const long = 'x'.repeat(RESULT_CHARS_MAX + 7)
  await runLoop({ model, turn: turn({}), runTool: async () => ({ text: long, failed: false }) })
  const { content = '' } = requests[1]?.messages.at(-1) ?? {}
  expect(content).toEndWith('(7 more characters were cut off)')
  expect(content.length).toBeLessThan(RESULT_CHARS_MAX + 50)
})

test('a model that is known not to call is asked in text from the beginning', async () => {
  const { model, requests } = scripted(
    (_, asked) =>
      asked === 1 ? [text('Action: pay\nAction Input: {}'), finish()] : [text('Final Answer: ok'), finish()],
    { facts: { limits: {}, capabilities: { tools: 'false', images: 'unknown', reasoning: 'unknown' } } },
  )
  const { events } = await runLoop({ model, turn: { ...turn({}), calling: 'auto' }, runTool: paid })
  expect(requests.map(({ tools }) => tools)).toEqual([undefined, undefined])
  expect(events[0]).toEqual({ type: 'calling-chosen', calling: 'react' })
  expect(textOf(events)).toBe(' ok')
})
