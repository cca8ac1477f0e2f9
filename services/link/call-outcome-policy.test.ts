import { expect, test } from 'bun:test'
import { McpBackingOffError, McpConnectionLostError, McpTimeoutError } from '#shared/mcp/errors.ts'
import { OutboundRefusedError, OutboundUnresolvedError } from '#shared/outbound/errors.ts'
import { outcomeOf } from './call-outcome-policy.ts'
import {
  CallAbandonedError,
  CallInvalidError,
  CredentialHostError,
  ToolFailedError,
  ToolTimeoutError,
  ToolUnreachableError,
} from './errors.ts'

const aborted = () => {
  const leaving = new AbortController()
  leaving.abort()
  return leaving.signal.reason as unknown
}

test.each([
  ['tool_failed', new ToolFailedError(500, 'no')],
  ['invalid', new CallInvalidError('no')],
  ['unauthorised', new CredentialHostError('key', 'https://x.example')],
  ['refused', new OutboundRefusedError('x', { range: 'private' })],
  ['unreachable', new OutboundUnresolvedError('x')],
  ['unreachable', new ToolUnreachableError('x', 'no')],
  ['unreachable', new McpConnectionLostError('x', 'no')],
  ['unreachable', new McpBackingOffError(1, new McpConnectionLostError('x', 'no'))],
  ['timeout', new ToolTimeoutError('x', 1)],
  ['timeout', new McpTimeoutError('x', 1)],
  ['abandoned', new CallAbandonedError()],
  ['abandoned', aborted()],
  ['error', new TypeError('a fault of ours')],
] as const)('%s is what is counted for %p', (outcome, error) => {
  expect(outcomeOf(error)).toBe(outcome)
})
