import { createChildSandbox } from './child-sandbox.ts'
import { DEFAULT_SANDBOX_LIMITS, type Sandbox } from './sandbox.ts'
import { startSandboxChild } from './sandbox-child.ts'
import { createWarmChildren } from './warm-children.ts'

/** Every program has a process of its own: Python keeps what one did to it. */
const RUNS_MAX = 1
/** Processes that wait for a program: starting one takes seconds. */
const SPARES_MAX = 1
const IDLE_MS = 60_000

export interface PyodidePython extends Sandbox {
  /** Starts what waits for the first program. Throws SandboxUnavailableError where no program can be run. */
  prepare(): Promise<void>
  stop(): void
}

/** Runs Python compiled to WebAssembly, in a child process for each program. Its memory limit is the default's, whatever is asked for. */
export const createPyodidePython = (): PyodidePython => {
  const children = createWarmChildren({
    start: () => startSandboxChild('./pyodide-child.ts', true),
    runsMax: RUNS_MAX,
    sparesMax: SPARES_MAX,
    idleMs: IDLE_MS,
  })
  const sandbox = createChildSandbox(children, DEFAULT_SANDBOX_LIMITS)
  return { ...sandbox, prepare: () => children.prepare(), stop: () => children.stop() }
}
