/** A worker's life under events in random order and a clock that the test turns: what must hold in each of them. */

import { afterEach, beforeEach, expect, jest, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import type { FromSupervisor } from '#shared/worker-protocol/worker-messages.ts'
import { createWorkerProcess } from './worker-process.ts'
import { isOver, takesRequests, type WorkerState } from './worker-state.ts'

const LIVES = 2_000
const EVENTS_MAX = 30
const DRAIN_MS = 1_000
/** Longer than the longest time that a process is given to end. */
const ALL_TIMERS_MS = 60_000

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

/** What may follow directly; the picture in worker-state.ts. */
const FOLLOWERS: Record<WorkerState, WorkerState[]> = {
  starting: ['ready', 'draining', 'unresponsive', 'crashed'],
  ready: ['draining', 'unresponsive', 'crashed'],
  unresponsive: ['draining', 'crashed'],
  draining: ['stopped', 'crashed'],
  stopped: [],
  crashed: ['failed'],
  failed: [],
}

const createLife = () => {
  const signals: string[] = []
  const states: WorkerState[] = ['starting']
  const end = Promise.withResolvers<{ exitCode: number | null; signal: string | null; lastLine: string }>()
  const worker = createWorkerProcess({
    child: { pid: 1, startTime: 'now', kill: (signal) => void signals.push(signal), ended: end.promise },
    place: { pool: 'agent', slot: 0, generation: 1, services: ['agent'], socketPath: '/a', fingerprint: 'f' },
    drainMsMax: DRAIN_MS,
    onChange: ({ state }) => {
      if (state !== states.at(-1)) states.push(state)
    },
  })
  const sent: FromSupervisor[] = []
  const connection = { send: (message: FromSupervisor) => void sent.push(message), close: () => undefined }
  let handler: ReturnType<typeof worker.attach> | undefined
  const beat = { type: 'heartbeat', loopDelayMs: 0, inFlight: 0, streams: 0, rssBytes: 1, metrics: { families: [] } }
  const events = {
    dial: () => {
      handler = worker.attach(connection)
    },
    lose: () => handler?.onClose(),
    ready: () => handler?.onMessage({ type: 'ready', warnings: [] }),
    beat: () => handler?.onMessage({ ...beat, type: 'heartbeat' }),
    bye: () => handler?.onMessage({ type: 'bye' }),
    drain: () => worker.drain(DRAIN_MS),
    miss: () => {
      worker.markUnresponsive()
      worker.terminate('silent')
    },
    wait: () => void jest.advanceTimersByTime(700),
  }
  return {
    ...{ worker, signals, states, sent, events },
    die(exitCode: number | null, signal: string | null) {
      end.resolve({ exitCode, signal, lastLine: '' })
    },
  }
}

const ENDS: [number | null, string | null][] = [
  [0, null],
  [1, null],
  [null, 'SIGTERM'],
  [null, 'SIGKILL'],
  [null, null],
]

test(`${LIVES} lives in which anything may happen at any time`, async () => {
  for (let seed = 1; seed <= LIVES; seed += 1) {
    const random = seededRandom(seed)
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
    const life = createLife()
    const happened: string[] = []
    const names = Object.keys(life.events) as (keyof typeof life.events)[]
    for (let count = Math.floor(random() * EVENTS_MAX); count > 0; count -= 1) {
      const name = pick(names)
      happened.push(name)
      life.events[name]()
    }
    const story = `seed ${seed}: ${happened.join(' ')}`

    // Who is asked to end and does not is killed, without anybody asking a second time.
    const before = life.worker.state
    jest.advanceTimersByTime(ALL_TIMERS_MS)
    if (before === 'draining' || before === 'unresponsive') expect(life.signals, story).toContain('SIGKILL')
    else expect(life.signals, story).toEqual([])

    const [exitCode, signal] = pick(ENDS)
    life.die(exitCode, signal)
    jest.advanceTimersByTime(ALL_TIMERS_MS)
    const waiting = life.worker.ended
    for (let turn = 0; turn < 10 && !isOver(life.worker.state); turn += 1) {
      await Promise.resolve()
      jest.advanceTimersByTime(ALL_TIMERS_MS)
    }
    const ending = await waiting

    for (const [index, state] of life.states.slice(1).entries()) {
      expect(FOLLOWERS[life.states[index] as WorkerState], story).toContain(state)
    }
    expect(isOver(life.worker.state), story).toBe(true)
    expect(ending.wasReady, story).toBe(life.states.includes('ready'))
    // A life that nobody had asked to end is a death, however it ended.
    const wasAsked = life.states.includes('draining')
    if (!wasAsked) expect(ending.state, story).toBe('crashed')
    if (ending.state === 'crashed') expect(ending.reason, story).not.toBe('')

    // The dead stay dead, and get no request.
    for (const name of names) life.events[name]()
    expect(life.worker.state, story).toBe(ending.state)
    expect(takesRequests(life.worker.state), story).toBe(false)
  }
}, 120_000)
