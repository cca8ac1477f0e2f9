import { type Static, Type } from '@sinclair/typebox'

/** Raised when a message changes in a way that an older peer would misread. */
export const PROTOCOL_VERSION = 1

/** Cumulative metrics of one process: see shared/metrics. */
const MetricsSnapshot = Type.Unknown()

/** First message of every connection: who dials. A worker that lost its supervisor says it again to the next one. */
export const Hello = Type.Object({
  type: Type.Literal('hello'),
  version: Type.Integer(),
  role: Type.Union([Type.Literal('worker'), Type.Literal('gateway')]),
  pool: Type.String(),
  slot: Type.Integer(),
  generation: Type.Integer(),
  pid: Type.Integer(),
  services: Type.Array(Type.String()),
  socketPath: Type.String(),
  ready: Type.Boolean(),
})

/** The process serves its socket. The gateway adds what it listens on and which well-known ports it could not get. */
export const Ready = Type.Object({
  type: Type.Literal('ready'),
  warnings: Type.Array(Type.String()),
})

/** Every 500 ms. Three missed ones mean the process is unresponsive. */
export const Heartbeat = Type.Object({
  type: Type.Literal('heartbeat'),
  loopDelayMs: Type.Number(),
  inFlight: Type.Integer(),
  streams: Type.Integer(),
  rssBytes: Type.Integer(),
  /** Id of this process in the journal's worker table, once it has one: the supervisor takes its runs over when it dies. */
  journalWorkerId: Type.Optional(Type.Integer()),
  /** Why it should get no requests although it lives: what a service's own check says. */
  notReady: Type.Optional(Type.String()),
  /** Of a gateway: how often keys, sessions or what they may do changed through it. Other gateways hear of each change. */
  callerChanges: Type.Optional(Type.Integer()),
  metrics: MetricsSnapshot,
})

/** Last words of a process that stops as asked. */
export const Bye = Type.Object({ type: Type.Literal('bye') })

export const FromWorker = Type.Union([Hello, Ready, Heartbeat, Bye])
export type FromWorker = Static<typeof FromWorker>

/**
 * The database is there and has the schema of this program: start the services now. A worker is spawned before that, so that loading its
 * code and starting the database go on at the same time. Gateways do not wait for it.
 */
export const Begin = Type.Object({ type: Type.Literal('begin') })

/** Stop taking work, finish what is there within `msMax`, say bye, exit 0. */
export const Drain = Type.Object({
  type: Type.Literal('drain'),
  msMax: Type.Integer(),
  /** To a gateway: how long clients with a kept connection may take to send a next request; 0 when nobody serves after it. */
  idleMs: Type.Optional(Type.Integer()),
  /** To a worker: how long requests may still come, because gateways have yet to hear of it; 0 when there are none left. */
  noticeMs: Type.Optional(Type.Integer()),
})

/** Who serves what, whole, each time it changes. Only to gateways; an older `version` than the last one is ignored. */
export const Routes = Type.Object({
  type: Type.Literal('routes'),
  version: Type.Integer(),
  services: Type.Record(
    Type.String(),
    Type.Object({
      /** `crash-loop` and `starting` have no worker to send to: the gateway answers 503 with Retry-After. */
      state: Type.Union([Type.Literal('up'), Type.Literal('starting'), Type.Literal('crash-loop')]),
      workers: Type.Array(
        Type.Object({
          id: Type.String(),
          socketPath: Type.String(),
          startedAtMs: Type.Number(),
          /** Its share of what a worker would get, while a new release takes over step by step; 1 when absent. */
          weight: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
        }),
      ),
    }),
  ),
})
export type Routes = Static<typeof Routes>

/** Some runs became ready (a worker died, an import was queued): look for claimable ones now, not at the next poll. */
export const ClaimNow = Type.Object({ type: Type.Literal('claim-now') })

/** To a gateway: keys, sessions or what they may do changed through another one. */
export const ForgetCallers = Type.Object({ type: Type.Literal('forget-callers') })

export const FromSupervisor = Type.Union([Begin, Drain, Routes, ClaimNow, ForgetCallers])
export type FromSupervisor = Static<typeof FromSupervisor>
