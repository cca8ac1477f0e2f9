import { expect, test } from 'bun:test'
import { traceIdOf } from './trace-id.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

test('an error quotes the trace id that the access log has, and the request id only where there is no trace', () => {
  const traced = new Headers({ traceparent: `00-${TRACE}-b7ad6b7169203331-01`, 'x-request-id': 'r1' })
  expect(traceIdOf(traced)).toBe(TRACE)
  expect(traceIdOf(new Headers({ traceparent: 'nonsense', 'x-request-id': 'r1' }))).toBe('r1')
  expect(traceIdOf(new Headers({ 'x-request-id': 'r1' }))).toBe('r1')
  expect(traceIdOf(new Headers())).toBe('')
})
