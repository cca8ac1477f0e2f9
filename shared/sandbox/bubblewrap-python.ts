import { cutText } from './cut-text.ts'
import { CodeFailedError, SandboxUnavailableError } from './errors.ts'
import { isolationCommand } from './isolation-command.ts'
import { readProgramAnswer } from './program-answer.ts'
import { pythonRunner } from './python-runner.ts'
import { readLimited } from './read-limited.ts'
import { DEFAULT_SANDBOX_LIMITS, type Sandbox, type SandboxRequest, type SandboxResult } from './sandbox.ts'
import { createSandboxSlots } from './sandbox-slots.ts'

/** Programs that run at once in this process; each may fill its memory limit. */
const PROGRAMS_MAX = 4
/** Printed by the runner before the program begins: without it, the isolation itself failed. */
const STARTED = 'started\n'
/** Characters of the isolation's own words that an error repeats. */
const REASON_CHARACTERS = 500

/** Runs Python under bubblewrap, a process of its own for each execution. Nothing is started before the first one. */
export const createBubblewrapPython = (): Sandbox => {
  const slots = createSandboxSlots(PROGRAMS_MAX)
  return {
    run: (request) => slots.use(request.signal, async () => runIsolated(await pythonRunner(), request)),
  }
}

const runIsolated = async (
  runner: string,
  { source, inputs, signal, ...request }: SandboxRequest,
): Promise<SandboxResult> => {
  signal.throwIfAborted()
  const limits = { ...DEFAULT_SANDBOX_LIMITS, ...request.limits }
  const child = Bun.spawn(isolationCommand(runner, limits, process.getuid?.() === 0), {
    stdin: new Blob([JSON.stringify({ source, inputs })]),
    stdout: 'pipe',
    stderr: 'pipe',
    env: {},
    cwd: '/',
  })
  let cause: Error | undefined
  const end = (error?: Error) => {
    cause ??= error
    // Everything inside dies with the outermost process: the namespaces hold nothing that could outlive it.
    child.kill('SIGKILL')
  }
  const abort = () => end()
  const tooLong = () => end(new CodeFailedError('limit', `more than ${limits.outputBytes} bytes of output`))
  const deadline = setTimeout(
    () => end(new CodeFailedError('deadline', `not finished within ${limits.wallMs} ms`)),
    limits.wallMs,
  )
  signal.addEventListener('abort', abort, { once: true })
  try {
    const [written, printed, exitCode] = await Promise.all([
      readLimited(child.stdout, limits.outputBytes, tooLong),
      readLimited(child.stderr, limits.outputBytes, tooLong),
      child.exited,
    ])
    signal.throwIfAborted()
    if (cause) throw cause
    return { value: readAnswer(written, printed, exitCode), log: cutText(printed, limits.logBytes) }
  } finally {
    clearTimeout(deadline)
    signal.removeEventListener('abort', abort)
  }
}

const readAnswer = (written: string, printed: string, exitCode: number) => {
  if (!written.startsWith(STARTED)) throw new SandboxUnavailableError(printed.trim().slice(-REASON_CHARACTERS))
  const value = readProgramAnswer(written.slice(STARTED.length))
  if (value !== undefined) return value
  const reason = 'it ended itself, or went over its CPU or memory limit'
  throw new CodeFailedError('limit', `the program ended without a result (exit code ${exitCode}): ${reason}`)
}
