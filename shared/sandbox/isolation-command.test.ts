import { expect, test } from 'bun:test'
import { SandboxUnavailableError } from './errors.ts'
import { isolationCommand } from './isolation-command.ts'
import { DEFAULT_SANDBOX_LIMITS } from './sandbox.ts'

const installed = (program: string) => `/usr/bin/${program}`

test.each(['bwrap', 'python3', 'prlimit', 'setpriv'])(
  'without %s nothing runs, and the error says what to install',
  (missing) => {
    const find = (program: string) => (program === missing ? null : installed(program))
    const build = () => isolationCommand('', DEFAULT_SANDBOX_LIMITS, true, find)
    expect(build).toThrow(SandboxUnavailableError)
    expect(build).toThrow(`${missing} is not installed`)
  },
)

test('root becomes nobody before the isolation begins', () => {
  expect(isolationCommand('', DEFAULT_SANDBOX_LIMITS, true, installed)[0]).toBe('/usr/bin/setpriv')
  expect(isolationCommand('', DEFAULT_SANDBOX_LIMITS, false, installed)[0]).toBe('/usr/bin/bwrap')
})
