import { expect, test } from 'bun:test'
import { classifyDeath, deathReason, hangReason, memoryReason, notReadyReason } from './death-reason.ts'

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

test('a death is counted under what caused it, not under the signal that ended it', () => {
  const killed = { exitCode: null, signal: 'SIGKILL' }
  expect(classifyDeath({ ...killed, reason: hangReason('busy', 1_700) })).toBe('hang')
  expect(classifyDeath({ ...killed, reason: memoryReason(512) })).toBe('memory')
  expect(classifyDeath({ ...killed, reason: notReadyReason(60_000) })).toBe('start')
  expect(classifyDeath({ ...killed, reason: 'did not stop within 17000 ms' })).toBe('stop')
  expect(classifyDeath({ ...killed, reason: 'woke up, but did not stop in time' })).toBe('stop')
  expect(classifyDeath({ ...killed, reason: deathReason({ ...facts, ...killed }) })).toBe('signal')
  expect(classifyDeath({ exitCode: 1, signal: null, reason: 'no such table' })).toBe('exit')
  expect(classifyDeath({ exitCode: null, signal: null, reason: deathReason(facts) })).toBe('unknown')
})

test('the kind of a hang can be read from the reason', () => {
  expect(hangReason('stopped', 1_650)).toBe('no heartbeat for 1650 ms, stopped: by SIGSTOP or by a debugger')
})
