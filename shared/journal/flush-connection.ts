import postgres from 'postgres'
import { connectionOptions } from '#shared/postgres/connect.ts'
import { answerWithin } from './answer-within.ts'
import { createCopyEncoder } from './copy-encoder.ts'
import { copyIn } from './copy-in.ts'
import { encodeBody } from './event-codec.ts'
import type { FlushGroup } from './flush-group.ts'
import { registerWorker, type WorkerIdentity } from './worker-registration.ts'

const CONNECT_SECONDS_MAX = 3
/** A flush without an answer for this long is given up; `fence` finds out what became of it. */
const ANSWER_MS_MAX = 10_000

export interface FlushConnection {
  /** Stores the group in one transaction. On an error the outcome may be unknown: repeat it under the same number. */
  write(worker: WorkerIdentity, flush: number, group: FlushGroup): Promise<void>
  /** Ids among the group's runs of which a row exists already that the group wanted to insert. */
  findDuplicates(group: FlushGroup): Promise<Set<string>>
  /** Adds this process to the table of workers. */
  register(): Promise<WorkerIdentity>
  close(): Promise<void>
}

/**
 * The one connection that flushes go through. `synchronous_commit` is on whatever the server's default: with it off, a server that crashes
 * forgets events that the worker built upon, and the journal gets gaps.
 */
export const openFlushConnection = (databaseUrl: string): FlushConnection => {
  /** No other connection in the cluster has this name: a takeover ends a frozen worker's flush by it. */
  const flusher = `orrery flush ${Bun.randomUUIDv7('hex').slice(-16)}`
  const connect = () =>
    postgres({
      ...connectionOptions(databaseUrl),
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      fetch_types: false,
      connect_timeout: CONNECT_SECONDS_MAX,
      connection: {
        application_name: flusher,
        synchronous_commit: 'on',
        standard_conforming_strings: 'on',
      },
    })
  const encoder = createCopyEncoder()
  let sql = connect()

  /** An error leaves the driver's connection in a state that we do not trust. */
  const replace = () => {
    const broken = sql
    sql = connect()
    broken.end({ timeout: 0 }).catch(() => undefined)
  }

  return {
    async register() {
      try {
        return await answerWithin(ANSWER_MS_MAX, registerWorker(sql, flusher))
      } catch (error) {
        replace()
        throw error
      }
    },
    async write(worker, flush, group) {
      const head = headSql(worker, flush, group)
      const sent =
        group.batches.length === 0
          ? sql.unsafe(head).simple()
          : copyIn(sql, `${head}copy journal (run_id, seq, n, body) from stdin (format binary)`, encode(encoder, group))
      try {
        await answerWithin<unknown>(ANSWER_MS_MAX, sent)
      } catch (error) {
        replace()
        throw error
      }
    },
    async findDuplicates(group) {
      const question = sql.unsafe<{ id: string }[]>(duplicatesSql(group)).simple()
      const rows = await answerWithin(ANSWER_MS_MAX, question)
      return new Set(rows.map((row) => row.id))
    },
    close: () => sql.end({ timeout: 1 }),
  }
}

const encode = (encoder: ReturnType<typeof createCopyEncoder>, group: FlushGroup): Uint8Array => {
  encoder.begin()
  for (const { run, firstSequence, lines } of group.batches) {
    encoder.row({ runId: run.runId, seq: firstSequence, n: lines.length, body: encodeBody(lines) })
  }
  return encoder.end()
}

/** All values are our own numbers; texts travel in one JSON literal. */
const headSql = (worker: WorkerIdentity, flush: number, group: FlushGroup): string => {
  const { inserts, updates, claims } = group
  const fence = `select fence(${worker.id}, ${worker.epoch}, ${flush});`
  if (inserts.length + updates.length + claims.length === 0) return fence
  return `${fence}select write_runs(${worker.id}, ${literal(JSON.stringify({ inserts, updates, claims }))});`
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

const duplicatesSql = (group: FlushGroup): string => {
  const events = group.batches.map((batch) => `(${batch.run.runId}, ${batch.firstSequence})`)
  const runs = group.inserts.map((row) => row.id)
  const parts = [
    ...(events.length > 0 ? [`select run_id as id from journal where (run_id, seq) in (${events.join()})`] : []),
    ...(runs.length > 0 ? [`select id from run where id in (${runs.join()})`] : []),
  ]
  return parts.join(' union ') || 'select id from run where false'
}
