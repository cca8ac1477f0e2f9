import { AppError } from '#shared/errors/app-error.ts'
import { McpBackingOffError, McpConnectionLostError, McpSessionsExhaustedError } from './errors.ts'
import type { McpSession } from './mcp-session.ts'
import { pauseAfter, wasStable } from './reconnect-policy.ts'

export interface SessionPoolOptions {
  sessionsMax: number
  /** Sessions with programs, each of which is a process or more. */
  programsMax: number
  /** A session that nobody used for so long is closed. */
  idleMs: number
  /** Told how many sessions there are, those that are being opened included, whenever that changes. */
  onSize?: (size: number) => void
  now?: () => number
}

export interface SessionRequest {
  /** Sessions with the same key are one: it names the server, as it is configured, and the app. */
  key: string
  isProgram: boolean
  open(): Promise<McpSession>
  signal: AbortSignal
}

export interface SessionPool extends AsyncDisposable {
  /**
   * Runs work on the session of the key, which several may use at once. Opens one when there is none, and another when the server had forgotten it before it saw
   * the request. Throws what opening or the work throws, McpBackingOffError while a server that fails is left alone, and McpSessionsExhaustedError.
   */
  use<Result>(request: SessionRequest, work: (session: McpSession) => Promise<Result>): Promise<Result>
  /** Closes the sessions whose keys begin so. */
  drop(keyPrefix: string): Promise<void>
  /** Closes sessions that were idle for too long. Called by itself; for tests and for a clock of one's own. */
  sweep(): Promise<void>
  readonly size: number
}

interface Entry {
  isProgram: boolean
  session: McpSession | undefined
  opening: Promise<McpSession>
  openedAt: number
  users: number
  usedAt: number
}

interface Failure {
  count: number
  retryAt: number
  last: AppError
}

const SWEEP_MS = 10_000
/** Servers whose failures are remembered. */
const FAILURES_MAX = 1_000
/** A pause that a caller may as well wait for. */
const PATIENCE_MS = 1_000

export const createSessionPool = (options: SessionPoolOptions): SessionPool => {
  const now = options.now ?? Date.now
  const entries = new Map<string, Entry>()
  const failures = new Map<string, Failure>()

  const put = (key: string, entry: Entry): void => {
    entries.set(key, entry)
    options.onSize?.(entries.size)
  }
  const remove = (key: string): void => {
    entries.delete(key)
    options.onSize?.(entries.size)
  }

  const noteFailure = (key: string, error: unknown): void => {
    // What a person has to put right does not get better or worse by asking again.
    if (!(error instanceof AppError) || !error.retryable) return
    const count = (failures.get(key)?.count ?? 0) + 1
    failures.delete(key)
    failures.set(key, { count, retryAt: now() + pauseAfter(count), last: error })
    const oldest = failures.keys().next().value
    if (failures.size > FAILURES_MAX && oldest !== undefined) failures.delete(oldest)
  }

  const close = async (key: string, entry: Entry): Promise<void> => {
    if (entries.get(key) === entry) remove(key)
    const session = await entry.opening.catch(() => undefined)
    await session?.close()
  }

  const makeRoom = (isProgram: boolean): void => {
    const rivals = [...entries].filter(([, entry]) => !isProgram || entry.isProgram)
    const placesMax = isProgram ? options.programsMax : options.sessionsMax
    if (rivals.length < placesMax && entries.size < options.sessionsMax) return
    const idle = rivals.filter(([, { users }]) => users === 0).sort(([, a], [, b]) => a.usedAt - b.usedAt)
    const [victim] = idle
    if (!victim) throw new McpSessionsExhaustedError(placesMax)
    void close(...victim)
  }

  const pause = async (key: string, signal: AbortSignal): Promise<void> => {
    const failure = failures.get(key)
    const waitMs = failure ? failure.retryAt - now() : 0
    if (!failure || waitMs <= 0) return
    if (waitMs > PATIENCE_MS) throw new McpBackingOffError(waitMs, failure.last)
    await Promise.race([Bun.sleep(waitMs), aborted(signal)])
  }

  const start = (request: SessionRequest): Entry => {
    const { key, isProgram } = request
    makeRoom(isProgram)
    const entry: Entry = {
      isProgram,
      session: undefined,
      opening: request.open(),
      openedAt: now(),
      users: 1,
      usedAt: now(),
    }
    put(key, entry)
    entry.opening.then(
      (session) => {
        entry.session = session
        entry.openedAt = now()
      },
      (error: unknown) => {
        noteFailure(key, error)
        if (entries.get(key) === entry) remove(key)
      },
    )
    return entry
  }

  /** Forgets a session that ended by itself. */
  const bury = (key: string, entry: Entry, ending: string): void => {
    if (entries.get(key) !== entry) return
    remove(key)
    if (wasStable(now() - entry.openedAt)) failures.delete(key)
    else noteFailure(key, new McpConnectionLostError(entry.session?.server.name ?? '', ending))
    void entry.session?.close()
  }

  /** The entry of the key, unless its session ended by itself. Whoever gets it counts as a user from this moment on. */
  const take = (key: string): Entry | undefined => {
    const entry = entries.get(key)
    const ending = entry?.session?.ending
    if (entry && ending !== undefined) bury(key, entry, ending)
    else if (entry) entry.users += 1
    return ending === undefined ? entry : undefined
  }

  const acquire = async (request: SessionRequest): Promise<Entry> => {
    const known = take(request.key)
    if (known) return known
    await pause(request.key, request.signal)
    return take(request.key) ?? start(request)
  }

  const useOnce = async <Result>(
    request: SessionRequest,
    work: (session: McpSession) => Promise<Result>,
  ): Promise<Result> => {
    const entry = await acquire(request)
    try {
      const session = await Promise.race([entry.opening, aborted(request.signal)])
      const result = await work(session)
      failures.delete(request.key)
      return result
    } catch (error) {
      // A stream that broke concerns one request; a session that the server forgot, or that ended, is of no use to anybody.
      const ending = entry.session?.ending
      if (ending !== undefined) bury(request.key, entry, ending)
      else if (error instanceof McpConnectionLostError && !error.mayHaveRun) void close(request.key, entry)
      throw error
    } finally {
      entry.users -= 1
      entry.usedAt = now()
    }
  }

  const sweep = async (): Promise<void> => {
    const limit = now() - options.idleMs
    const idle = [...entries].filter(([, { users, usedAt }]) => users === 0 && usedAt <= limit)
    await Promise.all(idle.map((entry) => close(...entry)))
  }
  const sweeper = setInterval(() => void sweep(), SWEEP_MS)
  sweeper.unref()

  return {
    async use(request, work) {
      request.signal.throwIfAborted()
      try {
        return await useOnce(request, work)
      } catch (error) {
        if (!(error instanceof McpConnectionLostError) || error.mayHaveRun) throw error
        return useOnce(request, work)
      }
    },
    async drop(keyPrefix) {
      await Promise.all([...entries].filter(([key]) => key.startsWith(keyPrefix)).map((entry) => close(...entry)))
    },
    sweep,
    get size() {
      return entries.size
    },
    async [Symbol.asyncDispose]() {
      clearInterval(sweeper)
      await Promise.all([...entries].map((entry) => close(...entry)))
    },
  }
}

const aborted = (signal: AbortSignal): Promise<never> => {
  const { promise, reject } = Promise.withResolvers<never>()
  if (signal.aborted) reject(signal.reason)
  else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  // The other side of the race may have been first.
  promise.catch(() => undefined)
  return promise
}
