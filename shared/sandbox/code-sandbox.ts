import type { Logger } from '#shared/logging/logger.ts'
import { createJavaScriptSandbox } from './javascript-sandbox.ts'
import { createPythonSandbox, type PythonSandboxMode } from './python-sandbox.ts'
import { DEFAULT_SANDBOX_LIMITS, type Sandbox } from './sandbox.ts'

/** Runs programs of every language, each in its own kind of isolation. */
export interface CodeSandbox extends Sandbox {
  /** Chooses how Python is isolated and starts what is kept ready for it. What is wrong is logged; it never rejects. */
  prepare(): Promise<void>
  /** Ends the children that wait for programs. */
  stop(): void
}

/** @param options.wallMsMax the most time that a program gets, whatever is asked for, ms */
export const createCodeSandbox = (options: {
  python: PythonSandboxMode
  wallMsMax: number
  logger: Logger
}): CodeSandbox => {
  const python = createPythonSandbox({ mode: options.python, logger: options.logger })
  const javaScript = createJavaScriptSandbox()
  return {
    run(request) {
      const asked = request.limits?.wallMs ?? DEFAULT_SANDBOX_LIMITS.wallMs
      const limits = { ...request.limits, wallMs: Math.min(asked, options.wallMsMax) }
      return (request.language === 'python' ? python : javaScript).run({ ...request, limits })
    },
    prepare: () =>
      python.prepare().then(
        () => {},
        () => {},
      ),
    stop() {
      python.stop()
      javaScript.stop()
    },
  }
}
