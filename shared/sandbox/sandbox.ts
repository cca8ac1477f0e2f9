/** What one execution may use. Memory and CPU hold for each of its processes. */
export interface SandboxLimits {
  /** Wall-clock time, ms. */
  wallMs: number
  /** CPU time of a process, seconds. */
  cpuSeconds: number
  /** Address space of a process, bytes. */
  memoryBytes: number
  /** Processes and threads, with the two that the sandbox itself needs. */
  processesMax: number
  /** Largest file, bytes. */
  fileBytes: number
  /** Largest result, and the most that may be printed, bytes each. */
  outputBytes: number
}

export const DEFAULT_SANDBOX_LIMITS: SandboxLimits = {
  wallMs: 60_000,
  cpuSeconds: 60,
  memoryBytes: 256 * 1024 * 1024,
  processesMax: 16,
  fileBytes: 10 * 1024 * 1024,
  outputBytes: 1024 * 1024,
}

export interface SandboxRequest {
  language: 'python'
  /** A program that defines `main`. */
  source: string
  /** Handed over as data: each parameter of `main` gets the input of its name, null when there is none. */
  inputs: Readonly<Record<string, unknown>>
  limits?: Partial<SandboxLimits>
  signal: AbortSignal
}

/** Runs programs that nobody has vouched for. */
export interface Sandbox {
  /**
   * Resolves to what `main` returned: an object (a dict), or a text. Throws SandboxUnavailableError where this machine cannot isolate the
   * program, CodeFailedError when the program is at fault, and the signal's reason when it is aborted.
   */
  run(request: SandboxRequest): Promise<Record<string, unknown> | string>
}
