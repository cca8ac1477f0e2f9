import { expect, test } from 'bun:test'
import { missingAppHeader, requestFault } from './request-fault.ts'

test('each faulty place gets one line in the form that clients of the original parse', () => {
  const fault = requestFault('body', [
    { path: '/flow_id', message: 'Expected required property', value: undefined },
    { path: '/flow_id', message: 'Expected string', value: undefined },
    { path: '/history/0/role', message: 'Expected union value', value: 'robot' },
  ])
  expect(fault.code).toBe(460)
  expect(fault.message.split('\n')).toEqual([
    'Parameter: body->flow_id, Input: None, Error: Field required (missing)',
    'Parameter: body->history->0->role, Input: "robot", Error: Expected union value (value_error)',
  ])
})

test('a missing app header is named like any other parameter', () => {
  expect(missingAppHeader().message).toBe(
    'Parameter: header->x-consumer-username, Input: None, Error: Field required (missing)',
  )
})
