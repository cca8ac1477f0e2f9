import postgres from 'postgres'
import type { Journal } from '../../shared/journal/journal.ts'
import { connectionOptions } from '../../shared/postgres/connect.ts'

/** One way to keep events. `append` queues; `durable` resolves when all of this run so far is on disk. */
export interface Subject {
  start(): { append(event: { type: string; text: string }): void; durable(): Promise<void>; finish(): Promise<void> }
  close(): Promise<void>
}

export const journalSubject = (journal: Journal): Subject => ({
  start: () => {
    const writer = journal.start({ kind: 'bench', appId: 'bench', subjectId: 'flow', subjectVersion: '1' })
    return {
      append: (event) => void writer.append(event),
      durable: () => writer.durable(),
      finish: () => writer.finish('completed'),
    }
  },
  close: () => journal.close(),
})

/** Connections of the peer: more did not make it faster on two cores. */
const PEER_CONNECTIONS = 8

/**
 * The peer: each event its own committed INSERT, prepared, pipelined over a pool, events of a run in order on the same connection. It has no
 * fence and no run rows, so it does less.
 */
export const perEventSubject = async (databaseUrl: string): Promise<Subject> => {
  const connect = () => postgres({ ...connectionOptions(databaseUrl), max: 1 })
  const first = connect()
  const pools = [first, ...Array.from({ length: PEER_CONNECTIONS - 1 }, connect)]
  await first.unsafe(
    'create table event_per_transaction (run_id bigint not null, seq int not null, body text not null, primary key (run_id, seq))',
  )
  let runs = 0
  return {
    start: () => {
      const runId = ++runs
      const sql = pools[runId % PEER_CONNECTIONS] ?? first
      let seq = 0
      let last: PromiseLike<unknown> | undefined
      const durable = async () => void (await last)
      return {
        append(event) {
          last = sql`insert into event_per_transaction values (${runId}, ${seq++}, ${JSON.stringify(event)})`.execute()
        },
        durable,
        finish: durable,
      }
    },
    close: async () => void (await Promise.all(pools.map((pool) => pool.end()))),
  }
}
