import type { ProcessIdentity } from '#shared/lifecycle/process-identity.ts'
import type { MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import type { FromWorker } from '#shared/worker-protocol/worker-messages.ts'
import type { ControlConnection, ControlHandler } from '../control/control-server.ts'
import { type Clock, systemClock } from './clock.ts'
import { deathReason } from './death-reason.ts'
import { type Blame, blameFor } from './restart-policy.ts'
import type { SpawnedProcess } from './spawn-process.ts'
import type { ProcessFacts } from './supervision.ts'
import { nextState, takesRequests, type WorkerEvent, type WorkerState } from './worker-state.ts'

/** SIGTERM asks; who does not answer within this time gets SIGKILL. */
const TERM_MS_MAX = 2_000
/** On top of the time for requests: stopping services, flushing the journal. */
const STOP_MS_MAX = 7_000
const LAST_WORDS_MS_MAX = 100
const EMPTY_SNAPSHOT: MetricsSnapshot = { families: [] }

/** How one life ended. */
export interface Ending {
  state: WorkerState
  exitCode: number | null
  signal: string | null
  reason: string
  uptimeMs: number
  wasReady: boolean
  /** Who brought it about; means nothing when it was asked to stop. */
  blame: Blame
}

/** What a process was started as. Written down, so that the next supervisor knows it again. */
export interface WorkerPlace {
  readonly pool: string
  readonly slot: number
  readonly generation: number
  readonly services: readonly string[]
  readonly socketPath: string
  /** Of everything that it was told at its start and that may change. */
  readonly fingerprint: string
}

/** One life of one process: spawned, ready, drained or dead. Never used again; the slot gets a new one. */
export interface WorkerProcess extends WorkerPlace {
  readonly id: string
  readonly pid: number
  readonly process: ProcessIdentity
  readonly startedAtMs: number
  readonly state: WorkerState
  readonly journalWorkerId: number | undefined
  readonly snapshot: MetricsSnapshot
  readonly warnings: readonly string[]
  /** It is ready, and its services say so too. */
  readonly isServing: boolean
  /** Resolves once it takes requests; pending for ever when it ends before. */
  readonly becameReady: Promise<void>
  readonly ended: Promise<Ending>
  facts(nowMs: number): Omit<ProcessFacts, 'restarts'>
  /** Its connection to the control server, or the next one after a break. */
  attach(connection: ControlConnection): ControlHandler
  /** Tells it to start its services, now or as soon as it has dialled. */
  begin(): void
  claimNow(): void
  send: ControlConnection['send']
  /** Asks it to finish; kills it when it takes longer than `msMax` and some seconds. */
  drain(msMax: number): void
  /** SIGTERM, and SIGKILL when that does not help. */
  terminate(reason: string): void
  kill(reason: string): void
  /** Milliseconds since its last sign of life; undefined before the first one. */
  silenceMs(nowMs: number): number | undefined
  /** The supervisor itself was away, so nobody's silence means anything. */
  forgiveSilence(nowMs: number): void
  markUnresponsive(): void
  /** It takes another place in its pool, with another name. */
  assume(slot: number, generation: number): void
  /** `explain` is asked when it was killed and not by us: the kernel may have had a reason. */
  explainKill(explain: () => string | undefined): void
}

export interface WorkerProcessOptions {
  child: SpawnedProcess
  place: WorkerPlace
  /** How long its requests may take once it drains, in milliseconds. */
  drainMsMax: number
  /** Called after each change that others may see: state, journal worker id, warnings. */
  onChange(worker: WorkerProcess): void
  /** A gateway says that keys or sessions changed through it. */
  onCallersChanged?(worker: WorkerProcess): void
  /** What is known of it when an earlier supervisor had started it. */
  adopted?: { startedAtMs: number; isReady: boolean; journalWorkerId: number | undefined }
  /** Tests turn it by hand. */
  clock?: Clock
}

export const createWorkerProcess = (options: WorkerProcessOptions): WorkerProcess => {
  const { child, place, adopted, clock = systemClock } = options
  const { pool } = place
  let { slot, generation } = place
  const startedAtMs = adopted?.startedAtMs ?? clock.nowMs()
  let state: WorkerState = adopted?.isReady ? nextState('starting', 'became-ready') : 'starting'
  let wasReady = state === 'ready'
  let saidBye = false
  let begun = false
  let connection: ControlConnection | undefined
  let killReason: string | undefined
  let explainKill: (() => string | undefined) | undefined
  let lastBeatMs: number | undefined
  let journalWorkerId = adopted?.journalWorkerId
  let snapshot = EMPTY_SNAPSHOT
  let warnings: string[] = []
  let notReady: string | undefined
  let callerChanges: number | undefined
  let beat = { inFlight: 0, streams: 0, rssBytes: 0, loopDelayMs: 0 }
  let disconnected = Promise.withResolvers<void>()
  disconnected.resolve()
  const timers = new Set<() => void>()
  const readiness = Promise.withResolvers<void>()
  if (wasReady) readiness.resolve()

  const step = (event: WorkerEvent) => {
    const next = nextState(state, event)
    if (next === state) return
    state = next
    wasReady ||= state === 'ready'
    if (isServing()) readiness.resolve()
    options.onChange(worker)
  }

  const isServing = () => takesRequests(state) && notReady === undefined

  const killAfter = (ms: number, reason: string) => {
    const cancel = clock.after(ms, () => {
      killReason ??= reason
      child.kill('SIGKILL')
    })
    timers.add(cancel)
  }

  const receive = (message: FromWorker) => {
    lastBeatMs = clock.nowMs()
    if (message.type === 'ready') {
      warnings = message.warnings
      step('became-ready')
    }
    if (message.type === 'bye') saidBye = true
    if (message.type !== 'heartbeat') return
    const { inFlight, streams, rssBytes, loopDelayMs } = message
    if (message.callerChanges !== callerChanges) {
      callerChanges = message.callerChanges
      options.onCallersChanged?.(worker)
    }
    beat = { inFlight, streams, rssBytes, loopDelayMs }
    snapshot = message.metrics as MetricsSnapshot // ours on both sides; merged with care for what does not fit
    if (state === 'unresponsive') {
      step('heartbeat-came')
      killAfter(options.drainMsMax + STOP_MS_MAX, 'woke up, but did not stop in time')
    }
    if (message.journalWorkerId === journalWorkerId && message.notReady === notReady) return
    journalWorkerId = message.journalWorkerId
    notReady = message.notReady
    if (isServing()) readiness.resolve()
    options.onChange(worker)
  }

  const orAfter = async (event: Promise<void>, msMax: number) => {
    const timeout = Promise.withResolvers<void>()
    const cancel = clock.after(msMax, timeout.resolve)
    await Promise.race([event, timeout.promise])
    cancel()
  }

  const ended = child.ended.then(async ({ exitCode, signal, lastLine }): Promise<Ending> => {
    for (const cancel of timers) cancel()
    // What it sent last may still be on its way, its final metrics among it.
    await orAfter(disconnected.promise, LAST_WORDS_MS_MAX)
    connection?.close()
    // Who is told to stop before it can listen ends by the signal itself.
    const isUntold = exitCode === null && signal === null
    const asAsked = exitCode === 0 || (state === 'draining' && signal === 'SIGTERM') || (isUntold && saidBye)
    if (signal === 'SIGKILL') killReason ??= explainKill?.()
    step(asAsked ? 'exited-cleanly' : 'exited-badly')
    const reason = state === 'stopped' ? 'stopped as asked' : deathReason({ exitCode, signal, killReason, lastLine })
    const blame = blameFor({ exitCode, signal, wasReady, wasEndedByUs: killReason !== undefined, saidBye })
    return { state, exitCode, signal, reason, uptimeMs: clock.nowMs() - startedAtMs, wasReady, blame }
  })

  const worker: WorkerProcess = {
    ...place,
    get id() {
      return `${pool}/${slot}.${generation}`
    },
    get slot() {
      return slot
    },
    get generation() {
      return generation
    },
    pid: child.pid,
    process: { pid: child.pid, startTime: child.startTime },
    startedAtMs,
    becameReady: readiness.promise,
    ended,
    get state() {
      return state
    },
    get isServing() {
      return isServing()
    },
    get journalWorkerId() {
      return journalWorkerId
    },
    get snapshot() {
      return snapshot
    },
    get warnings() {
      return warnings
    },
    facts: (nowMs) => ({
      id: worker.id,
      pid: child.pid,
      pool,
      slot,
      generation,
      state,
      startedAt: new Date(startedAtMs),
      ...beat,
      ...(notReady === undefined ? {} : { notReady }),
      heartbeatAgeMs: lastBeatMs === undefined ? undefined : nowMs - lastBeatMs,
    }),
    attach(dialled) {
      connection?.close()
      connection = dialled
      disconnected = Promise.withResolvers()
      lastBeatMs = clock.nowMs()
      if (begun) dialled.send({ type: 'begin' })
      return {
        onMessage: receive,
        onClose: () => {
          if (connection !== dialled) return
          connection = undefined
          disconnected.resolve()
          child.look?.()
        },
      }
    },
    begin() {
      begun = true
      connection?.send({ type: 'begin' })
    },
    claimNow: () => connection?.send({ type: 'claim-now' }),
    send: (message) => connection?.send(message),
    drain(msMax) {
      step('drain-asked')
      // Before it has dialled it has nothing to lose, and SIGTERM reaches it in every state.
      if (connection) connection.send({ type: 'drain', msMax })
      else child.kill('SIGTERM')
      killAfter(msMax + STOP_MS_MAX, `did not stop within ${msMax + STOP_MS_MAX} ms`)
    },
    terminate(reason) {
      killReason ??= reason
      child.kill('SIGTERM')
      const cancel = clock.after(TERM_MS_MAX, () => {
        // A late heartbeat means that it is draining: it gets the time it needs, bounded by its own limit.
        if (state !== 'draining') child.kill('SIGKILL')
      })
      timers.add(cancel)
    },
    kill: (reason) => killAfter(0, reason),
    silenceMs: (nowMs) => (lastBeatMs === undefined ? undefined : nowMs - lastBeatMs),
    forgiveSilence(nowMs) {
      if (lastBeatMs !== undefined) lastBeatMs = nowMs
    },
    markUnresponsive: () => step('heartbeats-missed'),
    assume(number, nextGeneration) {
      slot = number
      generation = nextGeneration
      options.onChange(worker)
    },
    explainKill(explain) {
      explainKill = explain
    },
  }
  return worker
}
