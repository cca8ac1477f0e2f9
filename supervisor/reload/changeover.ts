import type { WorkerPool } from '../pool/worker-pool.ts'
import type { WorkerProcess } from '../pool/worker-process.ts'
import type { Place } from './batch-policy.ts'
import { ReleaseFailedError } from './errors.ts'

/** A new worker beside an old one, until somebody decides which of them stays. */
export interface Changeover extends Place {
  readonly old: WorkerProcess | undefined
  /** The new worker, from the moment when it is ready. */
  readonly next: WorkerProcess | undefined
  /** Rejects with ReleaseFailedError when the new worker does not get ready. */
  readonly ready: Promise<void>
  /** What is wrong with the new worker, if anything; told also after the decision. */
  problem(): string | undefined
  /**
   * True: the old worker drains, the new one stays. False: the other way round. Resolves once it is so; throws ReleaseFailedError when
   * the new one has gone wrong at the last moment, so that the old one stays.
   */
  decide(forNext: boolean): Promise<void>
}

export interface ChangeoverOptions {
  pool: WorkerPool
  slot: number
  readyMsMax: number
  /** What the last process that died in a slot had to say. */
  lastWords(place: Place): string | undefined
}

/** A replacement that somebody else began must end before ours can begin. */
const ATTEMPTS_MAX = 5

export const beginChangeover = (options: ChangeoverOptions): Changeover => {
  const { pool, slot, readyMsMax } = options
  const place = { pool: pool.plan.name, slot }
  const name = `${place.pool}/${slot}`
  const verdict = Promise.withResolvers<boolean>()
  const ready = Promise.withResolvers<void>()
  ready.promise.catch(() => undefined) // told to whoever awaits it; nobody does once another worker has failed
  const abandoned = new AbortController()
  let next: WorkerProcess | undefined
  let decided = false
  let isReplaced = false
  let problem: string | undefined

  const confirm = (worker: WorkerProcess): Promise<boolean> => {
    next = worker
    ready.resolve()
    void worker.ended.then((ending) => {
      if (ending.state !== 'stopped') problem ??= `${worker.id} died: ${ending.reason}`
    })
    return verdict.promise
  }

  const replaceOnce = async (): Promise<'ours' | 'of others' | 'impossible'> => {
    const before = new Set(pool.living())
    const replacement = pool.replace(slot, { signal: abandoned.signal, reason: 'reload', readyMsMax, confirm })
    if (!replacement) return 'impossible'
    const isOurs = pool.living().some((worker) => !before.has(worker))
    const outcome = await replacement
    if (!isOurs) return 'of others'
    isReplaced = outcome === 'replaced'
    if (outcome === 'kept' && !decided) {
      problem ??= next
        ? `${next.id} stopped serving`
        : `${name} did not get ready: ${options.lastWords(place) ?? 'late'}`
    }
    return 'ours'
  }

  const replaceAtLast = async (): Promise<void> => {
    let outcome = await replaceOnce()
    for (let attempt = 1; outcome === 'of others' && attempt < ATTEMPTS_MAX && !decided; attempt += 1) {
      outcome = await replaceOnce()
    }
    if (outcome !== 'ours') problem ??= `${name} could not be replaced`
    if (!next) ready.reject(new ReleaseFailedError(problem ?? `${name} was given up`))
  }

  const present = pool.facts().workers[slot]
  const old = pool.ready().find(({ pid }) => pid === present?.pid)
  const done = replaceAtLast().catch((error: unknown) => {
    problem ??= `${name} could not be started: ${String(error)}`
    ready.reject(new ReleaseFailedError(problem, { cause: error }))
  })

  return {
    ...place,
    old,
    get next() {
      return next
    },
    ready: ready.promise,
    problem: () => problem,
    async decide(forNext) {
      decided = true
      verdict.resolve(forNext)
      if (!forNext) abandoned.abort()
      await done
      if (forNext && !isReplaced) throw new ReleaseFailedError(problem ?? `${name} stopped serving`)
    },
  }
}
