import type { Logger } from '#shared/logging/logger.ts'
import { createBubblewrapPython } from './bubblewrap-python.ts'
import { SandboxUnavailableError } from './errors.ts'
import { createPyodidePython, type PyodidePython } from './pyodide-python.ts'
import type { Sandbox } from './sandbox.ts'

export type PythonSandboxMode = 'auto' | 'bubblewrap' | 'pyodide' | 'off'

/** A program that shows whether programs can be isolated. */
const PROBE = 'def main(x):\n  return {}'

/** Runs Python in the isolation that this machine allows. */
export interface PythonSandbox extends Sandbox {
  /** Chooses the isolation, logs the choice, and starts what it keeps ready. Never rejects. */
  prepare(): Promise<void>
  stop(): void
}

/**
 * `auto` takes bubblewrap, and Pyodide where bubblewrap is missing or not permitted. The choice is made once, by the first program or by `prepare`; a
 * failed one is made again, so that what was wrong can be put right.
 */
export const createPythonSandbox = (options: {
  mode: PythonSandboxMode
  logger: Logger
  bubblewrap?: Sandbox
  pyodide?: PyodidePython
}): PythonSandbox => {
  const { mode, logger, bubblewrap = createBubblewrapPython(), pyodide = createPyodidePython() } = options

  const choose = async (): Promise<Sandbox> => {
    if (mode === 'off') throw new SandboxUnavailableError('ORRERY_PYTHON_SANDBOX is off', OFF_REMEDY)
    const withoutBubblewrap = mode === 'pyodide' ? 'ORRERY_PYTHON_SANDBOX is pyodide' : await findFault(bubblewrap)
    if (withoutBubblewrap === undefined) {
      logger.info({ sandbox: 'bubblewrap' }, 'python sandbox chosen')
      return bubblewrap
    }
    if (mode === 'bubblewrap') throw new SandboxUnavailableError(withoutBubblewrap)
    const withoutPyodide = await pyodide.prepare().then(() => undefined, reasonOf)
    if (withoutPyodide !== undefined) throw new SandboxUnavailableError(`${withoutBubblewrap}; ${withoutPyodide}`)
    logger.info({ sandbox: 'pyodide', reason: withoutBubblewrap }, 'python sandbox chosen')
    return pyodide
  }

  let choice: Promise<Sandbox> | undefined
  const chosen = (): Promise<Sandbox> => {
    choice ??= choose().catch((error: unknown) => {
      choice = undefined
      throw error
    })
    return choice
  }
  return {
    run: async (request) => (await chosen()).run(request),
    prepare: () =>
      chosen().then(
        () => {},
        (error: unknown) => logger.warn({ error: reasonOf(error) }, 'python code cannot be run'),
      ),
    stop: () => pyodide.stop(),
  }
}

const OFF_REMEDY = 'Set ORRERY_PYTHON_SANDBOX to auto to run Python.'

/** Why this sandbox isolates nothing; undefined when it does, however the program itself fared. */
const findFault = (sandbox: Sandbox): Promise<string | undefined> =>
  sandbox.run({ language: 'python', source: PROBE, inputs: {}, signal: new AbortController().signal }).then(
    () => undefined,
    (error: unknown) => (error instanceof SandboxUnavailableError ? reasonOf(error) : undefined),
  )

const reasonOf = (error: unknown): string =>
  error instanceof SandboxUnavailableError ? error.reason : error instanceof Error ? error.message : String(error)
