import { expect, test } from 'bun:test'
import { stickyKeyOf } from './sticky-key.ts'

const keyOf = (path: string, runId?: string) =>
  stickyKeyOf(path, new Headers(runId === undefined ? {} : { 'x-orrery-run-id': runId }))

test('requests about one run have one key, whether the path or the header names it', () => {
  for (const path of ['/api/runs/417', '/api/runs/417/', '/api/runs/417/events']) expect(keyOf(path)).toBe('417')
  expect(keyOf('/workflow/v1/resume', '417')).toBe('417')
  expect(keyOf('/api/runs/417/events', '9')).toBe('417')
})

test('what names no run has no key', () => {
  for (const path of ['/api/runs', '/api/runs/', '/api/runs/abc', '/api/runs/1x', '/api/runsx/417', '/agent/v1/x']) {
    expect(keyOf(path)).toBeUndefined()
  }
  expect(keyOf('/agent/v1/x', 'abc')).toBeUndefined()
  expect(keyOf('/agent/v1/x', '1'.repeat(20))).toBeUndefined()
})
