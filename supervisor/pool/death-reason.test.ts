import { expect, test } from 'bun:test'
import { deathReason } from './death-reason.ts'

const facts = { exitCode: null, signal: null, killReason: undefined, lastLine: '' }

test('what the supervisor did itself is the reason, whatever else is known', () => {
  expect(deathReason({ ...facts, signal: 'SIGKILL', killReason: 'no heartbeat for 1700 ms' })).toBe(
    'no heartbeat for 1700 ms',
  )
})

test('the last words of a process are read from text and from log lines', () => {
  expect(deathReason({ ...facts, exitCode: 1, lastLine: 'error: Cannot find module' })).toBe(
    'error: Cannot find module',
  )
  const line = JSON.stringify({ level: 'error', msg: 'worker failed to start', err: { message: 'no such table' } })
  expect(deathReason({ ...facts, exitCode: 1, lastLine: line })).toBe('worker failed to start: no such table')
  expect(deathReason({ ...facts, exitCode: 1, lastLine: '{"cut":' })).toBe('{"cut":')
})

test('silence has a reason too', () => {
  expect(deathReason({ ...facts, exitCode: 3 })).toBe('exit code 3')
  expect(deathReason({ ...facts, exitCode: 0 })).toContain('nobody had asked')
  expect(deathReason({ ...facts, signal: 'SIGSEGV' })).toContain('SIGSEGV')
  expect(deathReason({ ...facts, signal: 'SIGKILL' })).toContain('memory')
  expect(deathReason(facts)).toContain('earlier supervisor')
})
