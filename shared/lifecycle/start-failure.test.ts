import { expect, test } from 'bun:test'
import { startFailureExitCode } from './start-failure.ts'

const withCode = (code: string) => Object.assign(new Error(code), { code })

test('a database that is away is worth another try, however deep the cause lies', () => {
  for (const code of ['ECONNREFUSED', 'CONNECTION_CLOSED', 'CONNECTION_LOST', '57P03'])
    expect(startFailureExitCode(withCode(code))).toBe(69)
  expect(startFailureExitCode(new Error('cannot load flows', { cause: withCode('57P01') }))).toBe(69)
})

test('a socket that is not there is a database that is away; a file that is not there is a mistake', () => {
  expect(startFailureExitCode(Object.assign(withCode('ENOENT'), { syscall: 'connect' }))).toBe(69)
  expect(startFailureExitCode(Object.assign(withCode('ENOENT'), { syscall: 'open' }))).toBe(1)
})

test('a mistake of ours is not', () => {
  expect(startFailureExitCode(new TypeError('undefined is not a function'))).toBe(1)
  expect(startFailureExitCode(withCode('42P01'))).toBe(1)
})
