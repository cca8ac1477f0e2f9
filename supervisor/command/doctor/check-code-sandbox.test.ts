import { expect, test } from 'bun:test'
import type { Settings } from '#shared/config/settings.ts'
import { SandboxUnavailableError } from '#shared/sandbox/errors.ts'
import type { PythonChoice, PythonSandbox } from '#shared/sandbox/python-sandbox.ts'
import { checkCodeSandbox } from './check-code-sandbox.ts'

const facts = { settings: { ORRERY_PYTHON_SANDBOX: 'auto' } as Settings }

const check = (prepare: () => Promise<PythonChoice>) => {
  let isStopped = false
  const python: PythonSandbox = {
    prepare,
    run: () => Promise.reject(new Error('it runs nothing')),
    stop: () => {
      isStopped = true
    },
  }
  return checkCodeSandbox(facts, python).then((result) => ({ ...result, isStopped }))
}

test('the isolation of Python is told with its reason, and nothing is left running', async () => {
  const result = await check(async () => ({ name: 'pyodide', reason: 'bwrap is not installed' }))
  expect(result).toMatchObject({
    outcome: 'ok',
    detail: expect.stringContaining('bwrap is not installed'),
    isStopped: true,
  })
})

test('Python without isolation warns and does not fail, since flows without it run', async () => {
  const result = await check(async () => {
    throw new SandboxUnavailableError('no seccomp')
  })
  expect(result).toMatchObject({ outcome: 'warning', detail: 'no Python: no seccomp', exitCode: 0, isStopped: true })
  expect(result.remedy).toContain('bubblewrap')
})
