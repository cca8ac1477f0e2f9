import { expect, test } from 'bun:test'
import { classifyFailure, isIdempotent, isWorkersFault } from './send-failure.ts'

const coded = (code: string) => Object.assign(new Error(code), { code })
const named = (name: string) => Object.assign(new Error(name), { name })

test('what was never sent is told from what may have been done', () => {
  for (const code of ['ECONNREFUSED', 'ENOENT', 'EAGAIN', 'EMFILE']) {
    expect(classifyFailure(coded(code))).toBe('never-sent')
  }
  for (const error of [coded('ECONNRESET'), coded('EPIPE'), named('UpstreamBrokenError'), new Error('')]) {
    expect(classifyFailure(error)).toBe('unknown')
  }
  expect(classifyFailure(named('TimeoutError'))).toBe('timeout')
})

test('no worker is blamed for a gateway that is out of descriptors or memory', () => {
  for (const code of ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']) expect(isWorkersFault(coded(code))).toBe(false)
  for (const code of ['ECONNREFUSED', 'ECONNRESET']) expect(isWorkersFault(coded(code))).toBe(true)
  expect(isWorkersFault(named('TimeoutError'))).toBe(true)
})

test('only methods that may be repeated by their definition count as such', () => {
  expect(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].every(isIdempotent)).toBe(true)
  expect(['POST', 'PATCH', 'CONNECT', 'get', ''].some(isIdempotent)).toBe(false)
})
