import type { RefreshableModelDirectory } from '#shared/models/model-directory.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { INGESTION_STEPS } from '../../ingestion/ingestion-events.ts'

/** Places in storing, ingesting, embedding and merging at which a process can be made to die. */
export const KILL_POINTS = [
  'upload written',
  'upload renamed',
  'upload durable',
  'index file written',
  'index file renamed',
  'index file durable',
  'transaction begun',
  'before commit',
  'after commit',
  'merging',
  'merged',
  'vectors asked for',
  'vectors answered',
  'model change looked for',
] as const
/** Places in the ingestion of a document, beside those at which its files and rows are written. */
export const INGESTION_POINTS = INGESTION_STEPS.map((step) => `ingestion: ${step}` as const)
/** Places in what the `lancedb` engine has LanceDB do. */
export const LANCE_POINTS = [
  'table to be made',
  'table made',
  'rows to be added',
  'rows added',
  'rows to be deleted',
  'rows deleted',
  'table to be optimised',
  'table optimised',
] as const
export type KillPoint = (typeof KILL_POINTS)[number] | (typeof INGESTION_POINTS)[number] | (typeof LANCE_POINTS)[number]

/** Kills this very process when `point` is passed for the nth time (from 1 on). */
export const createReaper = (wanted: { point: KillPoint; nth: number }) => {
  let passed = 0
  return (point: KillPoint): void => {
    if (point !== wanted.point) return
    passed += 1
    if (passed === wanted.nth) process.kill(process.pid, 'SIGKILL')
  }
}

/** The same database, whose transactions pass the points at their borders. */
export const observeTransactions = (database: Database, pass: (point: KillPoint) => void): Database =>
  new Proxy(database, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver)
      if (name !== 'transaction') return typeof member === 'function' ? member.bind(target) : member
      return async (work: (transaction: Database) => Promise<unknown>, ...rest: never[]) => {
        const result = await target.transaction(
          async (transaction) => {
            pass('transaction begun')
            const made = await work(transaction)
            pass('before commit')
            return made
          },
          ...rest,
        )
        pass('after commit')
        return result
      }
    },
  })

/** The same models, whose embedding passes the points before and after each question. */
export const observeModels = (
  models: RefreshableModelDirectory,
  pass: (point: KillPoint) => void,
): RefreshableModelDirectory => ({
  ...models,
  async embeddingByName(name, appId) {
    const model = await models.embeddingByName(name, appId)
    return (
      model && {
        name: model.name,
        dimensions: model.dimensions,
        async embed(texts, signal) {
          pass('vectors asked for')
          const vectors = await model.embed(texts, signal)
          pass('vectors answered')
          return vectors
        },
      }
    )
  },
})
