import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { isDatabaseAway } from '#shared/postgres/expected-failure.ts'
import type { NewQuery, QueryRepository } from './query-repository.ts'

/** Where a question was asked. */
export const QUERY_SOURCES = ['api', 'wire', 'hit-test'] as const
export type QuerySource = (typeof QUERY_SOURCES)[number]

export type QueryEntry = Omit<NewQuery, 'id'>

/** Questions that wait to be stored. At 1,000 questions a second this bridges a few seconds without a database. */
const WAITING_MAX = 5_000
const BATCH_MAX = 200
/** From the first question of a batch. */
const BATCH_MS = 1_000
/** After an attempt that the database did not answer. */
const RETRY_MS = 250
/** How long storing what waits may hold up the end of the process. */
const CLOSE_MS_MAX = 2_000

/**
 * Keeps questions without holding up their answers: they are stored in the background, in batches. When the database is slower than the questions,
 * the oldest are dropped and counted; a killed process loses those of its last second.
 */
export interface QueryHistory {
  note(entry: QueryEntry): void
  /** Resolves when everything noted so far is stored or dropped. */
  flush(): Promise<void>
  close(): Promise<void>
}

export const createQueryHistory = ({
  queries,
  metrics,
  logger,
}: {
  queries: Pick<QueryRepository, 'insert'>
  metrics: MetricsRegistry
  logger: Logger
}): QueryHistory => {
  const dropped = metrics.counter('orrery_knowledge_queries_dropped_total', 'Questions that were not kept.')
  let waiting: NewQuery[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let storing: Promise<void> | undefined

  const store = async () => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX)
      waiting = waiting.slice(BATCH_MAX)
      try {
        await queries.insert(batch)
      } catch (error) {
        if (isDatabaseAway(error)) {
          waiting = [...batch, ...waiting]
          dropOldest()
          await Bun.sleep(RETRY_MS)
          continue
        }
        dropped.add(batch.length)
        logger.warn({ err: error, questions: batch.length }, 'questions not kept')
      }
    }
  }

  const dropOldest = () => {
    const tooMany = waiting.length - WAITING_MAX
    if (tooMany <= 0) return
    waiting = waiting.slice(tooMany)
    dropped.add(tooMany)
  }

  const flush = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    storing ??= store().finally(() => {
      storing = undefined
      if (waiting.length > 0) flushSoon()
    })
    await storing
  }

  const flushSoon = () => {
    timer ??= setTimeout(() => void flush(), BATCH_MS).unref()
  }

  return {
    note(entry) {
      waiting.push({ ...toStorable(entry), id: Bun.randomUUIDv7() })
      dropOldest()
      if (waiting.length >= BATCH_MAX) void flush()
      else if (!storing) flushSoon()
    },
    flush,
    async close() {
      await Promise.race([flush(), Bun.sleep(CLOSE_MS_MAX)])
    },
  }
}

/** PostgreSQL has no text with a zero character or half of a surrogate pair: one such question would take its batch with it. */
const toStorable = (entry: QueryEntry): QueryEntry =>
  JSON.parse(
    JSON.stringify(entry, (_, value: unknown) =>
      typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
    ),
  ) as QueryEntry
