import { silentLogger } from '#shared/logging/logger.ts'
import { SandboxUnavailableError } from '#shared/sandbox/errors.ts'
import { createPythonSandbox, type PythonSandbox } from '#shared/sandbox/python-sandbox.ts'
import { type CheckFacts, type CheckResult, ok, warning } from './check.ts'

const NAME = 'code sandbox'

/** Programs of code nodes can be isolated: JavaScript anywhere, Python by bubblewrap, or by Pyodide with its reason. */
export const checkCodeSandbox = async (
  { settings }: Pick<CheckFacts, 'settings'>,
  python: PythonSandbox = createPythonSandbox({ mode: settings.ORRERY_PYTHON_SANDBOX, logger: silentLogger }),
): Promise<CheckResult> => {
  try {
    const { name, reason } = await python.prepare()
    return ok(
      NAME,
      name === 'bubblewrap' ? 'Python under bubblewrap' : `Python under Pyodide, seconds slower to start: ${reason}`,
    )
  } catch (error) {
    if (!(error instanceof SandboxUnavailableError)) throw error
    return warning(NAME, `no Python: ${error.reason}`, error.remedy ?? '')
  } finally {
    python.stop()
  }
}
