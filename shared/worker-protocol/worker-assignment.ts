import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { SETTINGS } from '#shared/config/settings.ts'

/** Name of the environment variable that carries the assignment, as JSON, from the supervisor to a worker or gateway. */
export const ASSIGNMENT_VARIABLE = 'ORRERY_ASSIGNMENT'

/** A listening socket that a gateway inherits. */
export const HandedListener = Type.Object({
  fd: Type.Integer({ minimum: 3 }),
  door: Type.Union([Type.Literal('public'), Type.Literal('service'), Type.Literal('internal')]),
  /** Of a service door. */
  service: Type.Optional(Type.String()),
  port: Type.Optional(Type.Integer()),
})
export type HandedListener = Static<typeof HandedListener>

/** What one spawned process is to be. Made by the supervisor, read once by the process at start. */
export const WorkerAssignment = Type.Object({
  pool: Type.String({ minLength: 1 }),
  services: Type.Array(Type.String({ minLength: 1 })),
  generation: Type.Integer({ minimum: 1 }),
  slot: Type.Integer({ minimum: 0 }),
  /** Unix socket on which this process serves HTTP. For the gateway: its internal listener. Never reused. */
  socketPath: Type.String({ minLength: 1 }),
  /** Unix socket of the supervisor, which the process dials (see control-frames.ts). */
  controlPath: Type.String({ minLength: 1 }),
  /** Unix socket of the supervisor's HTTP admin server. */
  adminPath: Type.String({ minLength: 1 }),
  /** Unix socket of the gateway through which services call each other. */
  gatewayPath: Type.String({ minLength: 1 }),
  /** Absolute path of the data directory. */
  dataDirectory: Type.String({ minLength: 1 }),
  /** `postgres://…`, or `postgres://user@/database?host=/directory/of/the/socket` for the embedded one. */
  databaseUrl: Type.String({ minLength: 1 }),
  /** 64 hexadecimal digits: encrypts stored credentials. */
  instanceKey: Type.String({ minLength: 64, maxLength: 64 }),
  rootKey: Type.String({ minLength: 16 }),
  /** Of a gateway: what it accepts from. Without them it listens itself. */
  listeners: Type.Optional(Type.Array(HandedListener)),
  /** Its pool has begun: it need not wait to be told so. */
  hasBegun: Type.Optional(Type.Boolean()),
  settings: SETTINGS,
})
export type WorkerAssignment = Static<typeof WorkerAssignment>

/** Throws with all problems when the text is no valid assignment. */
export const parseAssignment = (text: string | undefined): WorkerAssignment => {
  if (!text) throw new Error(`${ASSIGNMENT_VARIABLE} is missing: this program is started by the supervisor.`)
  const value: unknown = JSON.parse(text)
  const problems = [...Value.Errors(WorkerAssignment, value)].map((problem) => `${problem.path}: ${problem.message}`)
  if (problems.length > 0) throw new Error(`Bad assignment:\n  ${problems.join('\n  ')}`)
  return value as WorkerAssignment // safe: Value.Errors found nothing
}
