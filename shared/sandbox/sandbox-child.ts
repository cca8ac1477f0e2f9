import { CodeFailedError, SandboxUnavailableError } from './errors.ts'
import { createLineReader } from './line-reader.ts'
import {
  type ChildGreeting,
  type ProgramAnswer,
  type ProgramRequest,
  parseJson,
  readProgramAnswer,
} from './program-answer.ts'
import { readLimited } from './read-limited.ts'
import type { SandboxResult } from './sandbox.ts'

/** A child that is not ready by then is not coming. */
const READY_MS_MAX = 60_000
/** A child ends a program by itself when its time is up; this long after that it is killed. */
const GRACE_MS = 500
/** An answer line beyond the result itself: JSON within JSON doubles quotes, and the log comes along. */
const LINE_FACTOR = 3
/** Characters of a child's own words that an error repeats. */
const REASON_BYTES = 2_000

/**
 * The whole environment of a child: memories of WebAssembly that are mapped as large as they are, so that the limit of the process means something, and
 * most of its stack for deep programs.
 */
const ENVIRONMENT = {
  BUN_JSC_useWasmFastMemory: '0',
  BUN_JSC_maxPerThreadStackUsage: String(7 * 1024 * 1024),
}
/** Without the second compiler, which costs a process that runs one short program more than it gives back. */
const BRIEF_ENVIRONMENT = { ...ENVIRONMENT, BUN_JSC_useOMGJIT: '0' }

/** A process that runs programs, one at a time. */
export interface SandboxChild {
  readonly pid: number
  readonly isAlive: boolean
  /** Rejects with SandboxUnavailableError when the child cannot run programs. */
  readonly ready: Promise<void>
  /** As Sandbox.run. After a failure that the child did not tell itself, it is dead. */
  run(request: ProgramRequest, signal: AbortSignal): Promise<SandboxResult>
  kill(): void
}

/**
 * Starts a script of this folder as a child. It sees nothing of its parent's environment.
 * @param isBrief whether it runs one program only
 */
export const startSandboxChild = (script: string, isBrief = false): SandboxChild => {
  const child = Bun.spawn(
    [process.execPath, '--smol', '--no-env-file', Bun.fileURLToPath(new URL(script, import.meta.url))],
    {
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      env: isBrief ? BRIEF_ENVIRONMENT : ENVIRONMENT,
      cwd: '/',
    },
  )
  const lines = createLineReader(child.stdout)
  const complaint = readLimited(child.stderr, REASON_BYTES, () => {})
  let isAlive = true
  child.exited.then(() => {
    isAlive = false
  })
  const kill = () => {
    isAlive = false
    child.kill('SIGKILL')
  }

  const greet = async (): Promise<void> => {
    const deadline = setTimeout(kill, READY_MS_MAX)
    try {
      const line = await lines.next(REASON_BYTES)
      const greeting = line === undefined ? undefined : (parseJson(line) as ChildGreeting)
      const refusal = greeting ? greeting.refusal : `its process ended: ${(await complaint).trim()}`
      if (refusal === undefined) return
      kill()
      throw new SandboxUnavailableError(refusal)
    } finally {
      clearTimeout(deadline)
    }
  }
  const ready = greet()
  // Whoever asks for it is told; nobody need ask.
  ready.catch(() => {})

  const run = async (request: ProgramRequest, signal: AbortSignal): Promise<SandboxResult> => {
    const { wallMs, outputBytes, logBytes } = request.limits
    let cause: Error | undefined
    const end = (error: Error) => {
      cause ??= error
      kill()
    }
    const abort = () => kill()
    const late = () => end(new CodeFailedError('deadline', `not finished within ${wallMs} ms`))
    const deadline = setTimeout(late, wallMs + GRACE_MS)
    signal.addEventListener('abort', abort, { once: true })
    try {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      child.stdin.flush()
      const line = await lines.next((outputBytes + logBytes) * LINE_FACTOR)
      signal.throwIfAborted()
      const said = line === undefined ? undefined : (parseJson(line) as ProgramAnswer | undefined)
      const value = said && readProgramAnswer(said.answer)
      if (said && value !== undefined) return { value, log: said.log }
      throw cause ?? new CodeFailedError('limit', 'the program ended its interpreter, or went over its limits')
    } catch (error) {
      // A fault that was told leaves the child as it was; after anything else nobody knows what it still does.
      if (!(error instanceof CodeFailedError) || error.fault === 'limit' || error.fault === 'deadline') kill()
      throw error
    } finally {
      clearTimeout(deadline)
      signal.removeEventListener('abort', abort)
    }
  }

  return {
    pid: child.pid,
    get isAlive() {
      return isAlive
    },
    ready,
    run,
    kill,
  }
}
