export const CODE_LANGUAGES = ['python', 'javascript', 'typescript'] as const
export type CodeLanguage = (typeof CODE_LANGUAGES)[number]

/** What one execution may use. Memory and CPU hold for each of its processes. */
export interface SandboxLimits {
  /** Wall-clock time, ms. */
  wallMs: number
  /** CPU time of a process, seconds; where a program cannot have a second thread, the wall clock stands for it. */
  cpuSeconds: number
  /** Memory of a program with its interpreter (Python), or of the program alone (JavaScript), bytes. */
  memoryBytes: number
  /** Processes and threads, with the two that the sandbox itself needs. */
  processesMax: number
  /** Largest file, bytes. */
  fileBytes: number
  /** Largest result, and the most that may be printed, bytes each. */
  outputBytes: number
  /** The part of what was printed that is given back, bytes. */
  logBytes: number
}

export const DEFAULT_SANDBOX_LIMITS: SandboxLimits = {
  wallMs: 60_000,
  cpuSeconds: 60,
  memoryBytes: 256 * 1024 * 1024,
  processesMax: 16,
  fileBytes: 10 * 1024 * 1024,
  outputBytes: 1024 * 1024,
  logBytes: 64 * 1024,
}

/** Memory of a JavaScript program, bytes. */
export const JAVASCRIPT_MEMORY_BYTES = 64 * 1024 * 1024

export interface SandboxRequest {
  language: CodeLanguage
  /** A program that defines `main`. */
  source: string
  /**
   * Plain JSON, handed over as data. In Python each parameter of `main` gets the input of its name, None when there is none; in JavaScript and
   * TypeScript `main` gets one object with all of them.
   */
  inputs: Readonly<Record<string, unknown>>
  limits?: Partial<SandboxLimits>
  signal: AbortSignal
}

export interface SandboxResult {
  /** What `main` returned: an object (a dict), or a text. */
  value: Record<string, unknown> | string
  /** What the program printed, cut to `logBytes`. */
  log: string
}

/** Runs programs that nobody has vouched for. */
export interface Sandbox {
  /**
   * Resolves to what `main` returned. Throws SandboxUnavailableError where this machine cannot isolate the program, CodeFailedError when the
   * program is at fault, and the signal's reason when it is aborted.
   */
  run(request: SandboxRequest): Promise<SandboxResult>
}
