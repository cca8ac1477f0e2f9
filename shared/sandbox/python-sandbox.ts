import type { Logger } from '#shared/logging/logger.ts'
import { createBubblewrapPython } from './bubblewrap-python.ts'
import { SandboxUnavailableError } from './errors.ts'
import { createPyodidePython, type PyodidePython } from './pyodide-python.ts'
import type { Sandbox } from './sandbox.ts'

export type PythonSandboxMode = 'auto' | 'bubblewrap' | 'pyodide' | 'off'

/** A program that shows whether programs can be isolated. */
const PROBE = 'def main(x):\n  return {}'

/** What Python is isolated by, and why. */
export interface PythonChoice {
  name: 'bubblewrap' | 'pyodide'
  reason: string
}

/** Runs Python in the isolation that this machine allows. */
export interface PythonSandbox extends Sandbox {
  /** Chooses the isolation, logs the choice, and starts what it keeps ready. Throws SandboxUnavailableError where there is none. */
  prepare(): Promise<PythonChoice>
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

  const choose = async (): Promise<PythonChoice & { sandbox: Sandbox }> => {
    if (mode === 'off') throw new SandboxUnavailableError('ORRERY_PYTHON_SANDBOX is off', OFF_REMEDY)
    const withoutBubblewrap = mode === 'pyodide' ? 'ORRERY_PYTHON_SANDBOX is pyodide' : await findFault(bubblewrap)
    if (withoutBubblewrap === undefined) return { name: 'bubblewrap', reason: 'it works here', sandbox: bubblewrap }
    if (mode === 'bubblewrap') throw new SandboxUnavailableError(withoutBubblewrap)
    const withoutPyodide = await pyodide.prepare().then(() => undefined, reasonOf)
    if (withoutPyodide === undefined) return { name: 'pyodide', reason: withoutBubblewrap, sandbox: pyodide }
    throw new SandboxUnavailableError(`${withoutBubblewrap}; ${withoutPyodide}`)
  }

  let choice: ReturnType<typeof choose> | undefined
  const chosen = (): ReturnType<typeof choose> => {
    choice ??= choose().then(
      (made) => {
        logger.info({ sandbox: made.name, reason: made.reason }, 'python sandbox chosen')
        return made
      },
      (error: unknown) => {
        choice = undefined
        logger.warn({ error: reasonOf(error) }, 'python code cannot be run')
        throw error
      },
    )
    return choice
  }
  return {
    run: async (request) => (await chosen()).sandbox.run(request),
    async prepare() {
      const { name, reason } = await chosen()
      return { name, reason }
    },
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
