import { describe, expect, test } from 'bun:test'
import { createRetryBudget, noteRequest, type RetryBudget, spendRetry } from './retry-budget.ts'

/** As the gateway: the first attempt included. */
const ATTEMPTS_MAX = 3

/**
 * Clients that each send one request after the other, `attemptMs` an attempt, against workers of which `fails(nowMs)` says whether an
 * attempt that ends then gets no answer. Returns what went over the wire.
 */
const simulate = (options: {
  clients: number
  requests: number
  attemptMs: number
  fails(nowMs: number): boolean
  budget?: RetryBudget
  startMs?: number
}) => {
  const budget = options.budget ?? createRetryBudget()
  const state = { requests: 0, attempts: 0, inFlight: 0, nowMs: options.startMs ?? 0 }
  const running = Array.from({ length: options.clients }, (_, client) => ({
    attempt: 0,
    endsAtMs: state.nowMs + (client % options.attemptMs),
  }))
  const begin = (client: (typeof running)[number], attempt: number) => {
    client.attempt = attempt
    client.endsAtMs = state.nowMs + options.attemptMs
    state.attempts += 1
    state.inFlight += 1
    if (attempt > 1) return
    state.requests += 1
    noteRequest(budget, state.inFlight, state.nowMs)
  }
  /** Its attempt is over: another one of the same request, or the next request. */
  const goOn = (client: (typeof running)[number]) => {
    if (client.attempt === 0) return begin(client, 1)
    state.inFlight -= 1
    const hasFailed = options.fails(state.nowMs)
    const again = hasFailed && client.attempt < ATTEMPTS_MAX && spendRetry(budget, state.nowMs)
    begin(client, again ? client.attempt + 1 : 1)
  }
  while (state.requests < options.requests) {
    state.nowMs += 1
    for (const client of running) if (client.endsAtMs <= state.nowMs) goOn(client)
  }
  return { ...state, budget, ratio: state.attempts / state.requests }
}

const always = () => true
const never = () => false

describe('while every attempt fails, there are at most 1.2 attempts a request', () => {
  test.each([
    [1, 100],
    [1, 10_000],
    [3, 1_000],
    [50, 2_000],
    [200, 5_000],
    [1_000, 20_000],
  ])('%i clients, %i requests', (clients, requests) => {
    expect(simulate({ clients, requests, attemptMs: 10, fails: always }).ratio).toBeLessThanOrEqual(1.2)
  })

  test('also right after a busy time that filled the bucket', () => {
    const busy = simulate({ clients: 300, requests: 30_000, attemptMs: 20, fails: never })
    const { budget, nowMs } = busy
    const lone = simulate({ clients: 1, requests: 1_000, attemptMs: 20, fails: always, budget, startMs: nowMs + 2_000 })
    expect(lone.ratio).toBeLessThanOrEqual(1.2)
  })

  test('also when half of the attempts fail', () => {
    let attempt = 0
    const fails = () => {
      attempt += 1
      return attempt % 2 === 0
    }
    expect(simulate({ clients: 50, requests: 10_000, attemptMs: 10, fails }).ratio).toBeLessThanOrEqual(1.2)
  })
})

describe('the death of one worker under load costs no repeatable request its answer', () => {
  const crash = (inFlight: number, budget: RetryBudget, nowMs: number) => {
    const allowed = Array.from({ length: inFlight }, () => spendRetry(budget, nowMs)).filter(Boolean)
    return allowed.length
  }

  test.each([10, 50, 200, 500])('%i in flight, in a gateway that has just started', (clients) => {
    const begun = simulate({ clients, requests: clients, attemptMs: 1_000, fails: never })
    expect(crash(clients, begun.budget, begun.nowMs)).toBe(clients)
  })

  test.each([50, 200])('%i in flight, once every %i requests x 10', (clients) => {
    let { budget, nowMs } = simulate({ clients, requests: 1_000, attemptMs: 20, fails: never })
    for (let round = 0; round < 20; round += 1) {
      expect(crash(clients, budget, nowMs)).toBe(clients)
      const next = simulate({ clients, requests: clients * 10, attemptMs: 20, fails: never, budget, startMs: nowMs })
      budget = next.budget
      nowMs = next.nowMs
    }
  })
})

test('a quiet service may retry five times in a row, then once in seven requests', () => {
  const budget = createRetryBudget()
  const outcomes = Array.from({ length: 300 }, (_, index) => {
    noteRequest(budget, 1, index * 10)
    return spendRetry(budget, index * 10)
  })
  expect(outcomes.slice(0, 6)).toEqual([true, true, true, true, true, false])
  const later = outcomes.slice(40).filter(Boolean).length
  expect(later).toBeGreaterThan(260 / 8)
  expect(later).toBeLessThan(260 / 6)
})

test('one that is asked once in a while gets a retry back in some seconds', () => {
  const budget = createRetryBudget()
  noteRequest(budget, 1, 0)
  while (spendRetry(budget, 0)) noteRequest(budget, 1, 0)
  expect(spendRetry(budget, 0)).toBe(false)
  expect(spendRetry(budget, 6_000)).toBe(true)
})
