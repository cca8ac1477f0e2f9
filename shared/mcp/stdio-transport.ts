import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import type { StdioTarget } from './mcp-target.ts'
import { type GroupUsage, killGroup, type ProcessFacts, readProcesses, usageOf } from './process-group.ts'
import { programLaunch } from './program-launch.ts'
import { readThrottled } from './read-throttled.ts'
import { MESSAGE_BYTES_MAX } from './server-fetch.ts'

/** What one server program may take of the machine. */
export interface ProgramLimits {
  residentBytesMax: number
  processesMax: number
}

export const PROGRAM_LIMITS: ProgramLimits = { residentBytesMax: 1024 * 1024 * 1024, processesMax: 64 }

/** How often the memory and processes of a program are looked at. */
const INSPECT_MS = 2_000
/** How long a program may take to end by itself, at the end of its input and then after SIGTERM. */
const LEAVE_MS_MAX = 1_000
/** The end of what a program says on its error output, for messages. */
const COMPLAINT_CHARACTERS_MAX = 2_000

export interface StdioTransportOptions {
  target: StdioTarget
  /** Search path of programs. */
  path: string | undefined
  limits?: ProgramLimits
}

/**
 * Starts a server program with a clean environment and speaks with it over its input and output. Its whole process group ends with the session, with this
 * process, or when it takes more than the limits.
 */
export class StdioTransport implements Transport {
  onclose?: (() => void) | undefined
  onerror?: ((error: Error) => void) | undefined
  onmessage?: Transport['onmessage']
  /** Why the program is gone, once it is. */
  ending: string | undefined

  readonly #options: StdioTransportOptions
  readonly #buffer = new ReadBuffer({ maxBufferSize: MESSAGE_BYTES_MAX })
  #child: ChildProcess | undefined
  #inspection: ReturnType<typeof setInterval> | undefined
  #exited: Promise<void> = Promise.resolve()
  #complaint = ''
  #isClosing = false
  /** All processes of the program, when they were last looked at. */
  #members: ProcessFacts[] = []

  constructor(options: StdioTransportOptions) {
    this.#options = options
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  async start(): Promise<void> {
    const { target, path } = this.#options
    await mkdir(target.directory, { recursive: true, mode: 0o700 })
    const launch = programLaunch(target, path)
    const child = spawn(launch.command, launch.args, {
      cwd: target.directory,
      env: launch.environment,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      // A session of its own, so that the whole group can be ended.
      detached: true,
    })
    this.#child = child
    this.#exited = new Promise((resolve) => child.once('exit', () => resolve()))
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    child.on('error', (error) => this.onerror?.(error))
    child.stdin?.on('error', () => undefined)
    child.once('exit', (code, signal) => this.#noteExit(code, signal))
    void this.#readMessages(child.stdout as Readable)
    void readThrottled(child.stderr as Readable, (chunk) => {
      this.#complaint = (this.#complaint + chunk.toString('utf8')).slice(-COMPLAINT_CHARACTERS_MAX)
    })
    this.#inspection = setInterval(() => void this.#inspect(child.pid as number), INSPECT_MS)
    this.#inspection.unref()
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const input = this.#child?.stdin
    if (!input?.writable) throw new Error(this.ending ?? 'the program does not run')
    if (!input.write(serializeMessage(message))) await this.#drained()
  }

  async close(): Promise<void> {
    const child = this.#child
    if (!child?.pid) return
    this.#isClosing = true
    await this.#look(child.pid)
    child.stdin?.end()
    if (!(await this.#leaves())) await killGroup(child.pid, 'SIGTERM')
    if (!(await this.#leaves())) await this.kill('the session was closed')
    await this.#exited
    await this.#killRest()
  }

  /** Ends the program and everything that it started, now. */
  async kill(reason: string): Promise<void> {
    this.ending ??= reason
    if (this.#child?.exitCode === null && this.#child.signalCode === null) await this.#killRest()
  }

  /** What the program left behind, and the watcher of its group. */
  async #killRest(): Promise<void> {
    if (this.#child?.pid) await killGroup(this.#child.pid, 'SIGKILL', this.#members)
  }

  #leaves(): Promise<boolean> {
    const given = new Promise<boolean>((resolve) => setTimeout(resolve, LEAVE_MS_MAX, false))
    return Promise.race([this.#exited.then(() => true), given])
  }

  /** The program reads its input again, or is gone. */
  #drained(): Promise<void> {
    const input = this.#child?.stdin
    return Promise.race([this.#exited, new Promise<void>((resolve) => input?.once('drain', () => resolve()))])
  }

  async #readMessages(output: Readable): Promise<void> {
    await readThrottled(output, (chunk) => {
      if (this.ending !== undefined) return
      try {
        this.#buffer.append(chunk)
      } catch {
        void this.kill(`it wrote a line of more than ${MESSAGE_BYTES_MAX} bytes`)
        return
      }
      this.#deliver()
    })
  }

  #deliver(): void {
    for (;;) {
      try {
        const message = this.#buffer.readMessage()
        if (message === null) return
        this.onmessage?.(message)
      } catch (error) {
        // A line that is no message, such as a greeting of the program, is passed over.
        this.onerror?.(error as Error)
      }
    }
  }

  #noteExit(code: number | null, signal: NodeJS.Signals | null): void {
    clearInterval(this.#inspection)
    const said = this.#complaint.trim()
    this.ending ??= this.#isClosing
      ? 'the session was closed'
      : `its program ended with ${signal ?? `code ${code}`}${said && `: ${said}`}`
    if (!this.#isClosing) void this.#killRest()
    this.onclose?.()
  }

  async #look(pid: number): Promise<GroupUsage> {
    const usage = usageOf(pid, await readProcesses())
    this.#members = usage.members
    return usage
  }

  async #inspect(pid: number): Promise<void> {
    const { residentBytesMax, processesMax } = this.#options.limits ?? PROGRAM_LIMITS
    const usage = await this.#look(pid)
    if (usage.residentBytes > residentBytesMax) await this.kill(`it took more than ${residentBytesMax} bytes of memory`)
    else if (usage.pids.length > processesMax) await this.kill(`it ran more than ${processesMax} processes`)
  }
}
