import { createBubblewrapPython } from './bubblewrap-python.ts'
import { createJavaScriptSandbox } from './javascript-sandbox.ts'
import type { Sandbox } from './sandbox.ts'

/** Runs programs of every language, each in its own kind of isolation. */
export interface CodeSandbox extends Sandbox {
  /** Ends the children that wait for programs. */
  stop(): void
}

export const createCodeSandbox = (): CodeSandbox => {
  const python = createBubblewrapPython()
  const javaScript = createJavaScriptSandbox()
  return {
    run: (request) => (request.language === 'python' ? python : javaScript).run(request),
    stop: () => javaScript.stop(),
  }
}
