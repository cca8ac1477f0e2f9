import { createChildSandbox } from './child-sandbox.ts'
import { DEFAULT_SANDBOX_LIMITS, JAVASCRIPT_MEMORY_BYTES, type Sandbox } from './sandbox.ts'
import { startSandboxChild } from './sandbox-child.ts'
import { createWarmChildren } from './warm-children.ts'

/** Programs after which a child is replaced, in case anything is left of them. */
const RUNS_MAX = 100
/** A child without work holds its memory for so long. */
const IDLE_MS = 60_000

/**
 * Runs JavaScript and TypeScript in QuickJS, compiled to WebAssembly, in child processes. Each program has an interpreter of its own. Nothing is started
 * before the first one.
 */
export const createJavaScriptSandbox = (): Sandbox & { stop(): void } => {
  const children = createWarmChildren({
    start: () => startSandboxChild('./javascript-child.ts'),
    runsMax: RUNS_MAX,
    sparesMax: 0,
    idleMs: IDLE_MS,
  })
  const sandbox = createChildSandbox(children, { ...DEFAULT_SANDBOX_LIMITS, memoryBytes: JAVASCRIPT_MEMORY_BYTES })
  return { ...sandbox, stop: () => children.stop() }
}
