import { connect, type Socket } from 'node:net'
import { Value } from '@sinclair/typebox/value'
import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import { createFrameDecoder, encodeFrame } from './frame-codec.ts'
import type { WorkerAssignment } from './worker-assignment.ts'
import { FromSupervisor, type FromWorker, PROTOCOL_VERSION } from './worker-messages.ts'

export const HEARTBEAT_MS = 500
/** A supervisor that comes back waits for its workers, so they try often. */
const REDIAL_MS = 100
/** A worker without supervisor goes on serving this long, for a new one to come; then it stops, so that nothing leaks. */
export const ORPHAN_MS_MAX = 30_000
/** A supervisor that does not read is as good as gone: the connection is dropped and dialled again. */
const UNSENT_BYTES_MAX = 1_048_576

export interface ControlClientOptions {
  assignment: WorkerAssignment
  role: 'worker' | 'gateway'
  logger: Logger
  /** Read at each heartbeat. */
  facts(): {
    inFlight: number
    streams: number
    journalWorkerId?: number | undefined
    notReady?: string | undefined
    callerChanges?: number
    metrics: MetricsSnapshot
  }
  onMessage(message: FromSupervisor): void
  /** No supervisor came back within ORPHAN_MS_MAX. Called once. */
  onOrphaned(): void
}

export interface ControlClient {
  /** Says that this process serves its socket; repeated in the hello of every later connection. */
  ready(warnings: string[]): void
  /** Sends a heartbeat now, for facts that should not wait for the next one. */
  beat(): void
  /** Last words: flushes the last metrics and closes. Nothing is sent afterwards. */
  bye(): Promise<void>
}

/** Dials the supervisor's control socket, keeps it informed, and dials again when the connection is lost. */
export const connectControl = (options: ControlClientOptions): ControlClient => {
  const { assignment, logger } = options
  const loopDelay = measureLoopDelay()
  let socket: Socket | undefined
  /** Defined once this process serves its socket; told to every supervisor it meets. */
  let readyWarnings: string[] | undefined
  let closed = false
  let lostAt = Date.now()

  const send = (message: FromWorker) => {
    if (!socket || socket.destroyed || socket.connecting) return
    if (socket.writableLength > UNSENT_BYTES_MAX) socket.destroy()
    else socket.write(encodeFrame(message))
  }

  const beat = () => {
    const { journalWorkerId, notReady, ...facts } = options.facts()
    send({
      type: 'heartbeat',
      loopDelayMs: loopDelay.take(),
      rssBytes: process.memoryUsage.rss(),
      ...facts,
      ...(journalWorkerId === undefined ? {} : { journalWorkerId }),
      ...(notReady === undefined ? {} : { notReady: notReady.slice(0, NOT_READY_CHARACTERS_MAX) }),
    })
  }

  const dial = () => {
    const decoder = createFrameDecoder()
    const dialled = connect(assignment.controlPath)
    socket = dialled
    dialled.on('connect', () => {
      const { pool, slot, generation, services, socketPath } = assignment
      const own = { pool, slot, generation, services, socketPath, pid: process.pid, ready: readyWarnings !== undefined }
      send({ type: 'hello', version: PROTOCOL_VERSION, role: options.role, ...own })
      if (readyWarnings) send({ type: 'ready', warnings: readyWarnings })
      beat()
    })
    dialled.on('data', (bytes: Buffer) => {
      try {
        for (const message of decoder.push(bytes)) receive(message)
        lostAt = 0
      } catch (error) {
        logger.error({ err: error }, 'the control connection is garbled')
        dialled.destroy()
      }
    })
    dialled.on('error', () => undefined) // 'close' follows and decides
    dialled.on('close', redial)
  }

  /** The time counts from the last word of a supervisor: one that only accepts and closes is none. */
  const redial = () => {
    if (closed) return
    if (lostAt === 0) {
      lostAt = Date.now()
      logger.warn({}, 'lost the supervisor; serving on and dialling again')
    }
    if (Date.now() - lostAt < ORPHAN_MS_MAX) setTimeout(dial, REDIAL_MS)
    else stopAsOrphan()
  }

  const stopAsOrphan = () => {
    closed = true
    clearInterval(timer)
    logger.warn({}, 'no supervisor came back; stopping')
    options.onOrphaned()
  }

  const receive = (value: unknown) => {
    if (Value.Check(FromSupervisor, value)) options.onMessage(value)
    else logger.warn({}, 'the supervisor sent a message of an unknown kind')
  }

  const timer = setInterval(beat, HEARTBEAT_MS)
  dial()
  return {
    ready(warnings) {
      readyWarnings = warnings
      send({ type: 'ready', warnings })
    },
    beat,
    async bye() {
      if (closed) return
      beat()
      send({ type: 'bye' })
      closed = true
      clearInterval(timer)
      const last = socket
      if (!last || last.destroyed) return
      await new Promise<void>((resolve) => {
        last.once('close', () => resolve())
        last.end()
        setTimeout(resolve, BYE_MS_MAX)
      })
      last.destroy()
    },
  }
}

const BYE_MS_MAX = 500
const NOT_READY_CHARACTERS_MAX = 300
const LOOP_SAMPLE_MS = 100

/** The worst lateness of a timer since the last `take`, in milliseconds. */
const measureLoopDelay = (): { take(): number } => {
  let expected = performance.now() + LOOP_SAMPLE_MS
  let worst = 0
  const timer = setInterval(() => {
    const now = performance.now()
    worst = Math.max(worst, now - expected)
    expected = now + LOOP_SAMPLE_MS
  }, LOOP_SAMPLE_MS)
  timer.unref()
  return {
    take() {
      const result = Math.max(worst, performance.now() - expected, 0)
      worst = 0
      return Math.round(result * 10) / 10
    },
  }
}
