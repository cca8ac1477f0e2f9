import { expect, test } from 'bun:test'
import { isOver, nextState, takesRequests, type WorkerEvent, type WorkerState } from './worker-state.ts'

const live = (...events: WorkerEvent[]): WorkerState => events.reduce<WorkerState>(nextState, 'starting')

test('an orderly life ends in stopped', () => {
  expect(live('became-ready', 'drain-asked', 'exited-cleanly')).toBe('stopped')
})

test('an exit that nobody asked for is a crash, even with code 0', () => {
  expect(live('became-ready', 'exited-cleanly')).toBe('crashed')
  expect(live('exited-cleanly')).toBe('crashed')
})

test('a silent worker gets no request until it has been replaced: a late heartbeat lets it finish, not take more', () => {
  const silent = live('became-ready', 'heartbeats-missed')
  expect(silent).toBe('unresponsive')
  expect(takesRequests(silent)).toBe(false)
  const late = nextState(silent, 'heartbeat-came')
  expect(late).toBe('draining')
  expect(takesRequests(late)).toBe(false)
})

test('a late ready message revives nobody', () => {
  for (const state of ['draining', 'unresponsive', 'stopped', 'crashed', 'failed'] as const) {
    expect(nextState(state, 'became-ready')).toBe(state)
  }
})

test('the ends of a life have no way out but from crashed to failed', () => {
  const events: WorkerEvent[] = ['became-ready', 'drain-asked', 'heartbeats-missed', 'heartbeat-came', 'exited-badly']
  for (const state of ['stopped', 'crashed', 'failed'] as const) {
    expect(isOver(state)).toBe(true)
    for (const event of events) expect(nextState(state, event)).toBe(state)
  }
  expect(nextState('crashed', 'failed-for-good')).toBe('failed')
})
