import { expect, test } from 'bun:test'
import { silentLogger } from '#shared/logging/logger.ts'
import { CodeFailedError, SandboxUnavailableError } from './errors.ts'
import { createPythonSandbox, type PythonSandboxMode } from './python-sandbox.ts'
import type { Sandbox } from './sandbox.ts'

/** A sandbox that tells its name, or fails. */
const named = (name: string, fault?: Error): Sandbox => ({
  run: async () => {
    if (fault) throw fault
    return { value: name, log: '' }
  },
})

const missing = new SandboxUnavailableError('bwrap is not installed')
const unfiltered = new SandboxUnavailableError('no seccomp')

const choose = (mode: PythonSandboxMode, faults: { bubblewrap?: Error; pyodide?: Error } = {}) => {
  const log: unknown[] = []
  const record = (object: unknown) => log.push(object)
  const sandbox = createPythonSandbox({
    mode,
    logger: { ...silentLogger, info: record, warn: record },
    bubblewrap: named('bubblewrap', faults.bubblewrap),
    pyodide: {
      ...named('pyodide'),
      prepare: async () => {
        if (faults.pyodide) throw faults.pyodide
      },
      stop: () => {},
    },
  })
  const run = () =>
    sandbox
      .run({ language: 'python', source: '', inputs: {}, signal: new AbortController().signal })
      .then(({ value }) => value)
  return { sandbox, run, log }
}

test('auto takes bubblewrap where it works, whatever becomes of the probe itself', async () => {
  expect(await choose('auto').run()).toBe('bubblewrap')
  const slow = choose('auto', { bubblewrap: new CodeFailedError('deadline', 'slow') })
  await expect(slow.run()).rejects.toThrow('slow')
})

test('auto takes Pyodide where bubblewrap does not work, and says why', async () => {
  const { run, log } = choose('auto', { bubblewrap: missing })
  expect(await run()).toBe('pyodide')
  expect(await run()).toBe('pyodide')
  expect(log).toEqual([{ sandbox: 'pyodide', reason: 'bwrap is not installed' }])
})

test('where neither works, both reasons are told', async () => {
  const { run } = choose('auto', { bubblewrap: missing, pyodide: unfiltered })
  await expect(run()).rejects.toThrow('bwrap is not installed; no seccomp')
})

test('a forced choice is kept to', async () => {
  expect(await choose('pyodide').run()).toBe('pyodide')
  expect(await choose('bubblewrap').run()).toBe('bubblewrap')
  await expect(choose('bubblewrap', { bubblewrap: missing }).run()).rejects.toThrow('bwrap is not installed')
  await expect(choose('off').run()).rejects.toThrow('ORRERY_PYTHON_SANDBOX is off')
})

test('preparing tells the choice, or in the log that nothing can be run', async () => {
  expect(await choose('auto').sandbox.prepare()).toMatchObject({ name: 'bubblewrap' })
  const { sandbox, log } = choose('off')
  await expect(sandbox.prepare()).rejects.toThrow('ORRERY_PYTHON_SANDBOX is off')
  expect(log).toEqual([{ error: 'ORRERY_PYTHON_SANDBOX is off' }])
})
