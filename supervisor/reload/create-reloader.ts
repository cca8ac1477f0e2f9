import type { Logger } from '#shared/logging/logger.ts'
import type { Configuration } from '../config.ts'
import { ConfigurationInvalidError } from '../errors.ts'
import type { Death } from '../pool/supervision.ts'
import type { Place } from './batch-policy.ts'
import { ReleaseFailedError } from './errors.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { describeTrouble, isApplied, joinRequests, type ReloadOutcome, type ReloadRequest } from './reload-outcome.ts'
import { isEmptyPlan, planReload } from './reload-policy.ts'
import { rollOut } from './roll-out.ts'
import { ROLL_OUT_TIMING, type RolledTree } from './rolled-tree.ts'

export interface ReloaderOptions {
  tree: RolledTree
  /** That of the start. */
  configuration: Configuration
  /** Reads it again. Throws ConfigurationInvalidError. */
  read(): Configuration
  deaths(): readonly Death[]
  /** The configuration holds now; called also when nothing differs. */
  onApplied(configuration: Configuration): void
  /** Resolves once the start is over: nothing is changed before. */
  started: Promise<void>
  logger: Logger
  /** Ends what is under way when the whole stops. */
  signal: AbortSignal
}

/** Takes the running tree to what the configuration says now. */
export interface Reloader {
  /** The configuration that holds. */
  readonly configuration: Configuration
  /**
   * Reads the configuration and applies the difference. One at a time: what is asked during a reload is joined into one that follows it.
   * `progress` gets one line for each step.
   */
  reload(request: ReloadRequest, progress?: (text: string) => void): Promise<ReloadOutcome>
  /** What `reload` would do now. */
  preview(request: ReloadRequest): ReloadOutcome
  /** What is to be shown until a reload goes well. */
  trouble(): string | undefined
}

export const createReloader = (options: ReloaderOptions): Reloader => {
  const { tree, logger } = options
  const listeners = new Set<(text: string) => void>()
  let { configuration } = options
  let trouble: string | undefined

  const progress = (text: string) => {
    logger.info({ step: text }, 'reload')
    for (const listener of listeners) listener(text)
  }

  const preview = (request: ReloadRequest): ReloadOutcome & { next?: Configuration } => {
    try {
      const next = options.read()
      const plan = planReload(configuration, next, request)
      if (plan.refused.length > 0) return { result: 'refused', problems: plan.refused, plan, elapsedMs: 0 }
      return { result: isEmptyPlan(plan) ? 'unchanged' : 'applied', problems: [], plan, elapsedMs: 0, next }
    } catch (error) {
      if (!(error instanceof ConfigurationInvalidError)) throw error
      return { result: 'invalid', problems: problemsOf(error), elapsedMs: 0 }
    }
  }

  const apply = async (request: ReloadRequest): Promise<ReloadOutcome> => {
    const { next, ...outcome } = preview(request)
    if (!next || !outcome.plan) return outcome
    const startedAt = new Date().toISOString()
    const lastWords = ({ pool, slot }: Place) =>
      options.deaths().findLast((death) => death.pool === pool && death.slot === slot && death.time >= startedAt)
        ?.reason
    try {
      const { plan } = outcome
      await rollOut({
        tree,
        plan,
        next,
        ...request,
        timing: ROLL_OUT_TIMING,
        signal: options.signal,
        lastWords,
        progress,
      })
    } catch (error) {
      if (!(error instanceof ReleaseFailedError)) throw error
      return { ...outcome, result: 'rolled-back', problems: [error.message] }
    }
    configuration = next
    for (const pool of tree.rotation.heldOut()) tree.rotation.letIn(pool)
    options.onApplied(next)
    return outcome
  }

  const run = async (request: ReloadRequest): Promise<ReloadOutcome> => {
    await options.started
    const startedMs = performance.now()
    const outcome = {
      ...(await apply(request).catch(failUnexpectedly)),
      elapsedMs: Math.round(performance.now() - startedMs),
    }
    trouble = describeTrouble(outcome)
    if (isApplied(outcome)) logger.info({ outcome }, 'reloaded')
    else logger.error({ outcome }, 'the reload was not applied')
    return outcome
  }
  const failUnexpectedly = (error: unknown): never => {
    trouble = 'the last reload failed unexpectedly: see the log of the supervisor'
    throw error
  }
  const runOneAtATime = oneAtATime(run, joinRequests)

  return {
    get configuration() {
      return configuration
    },
    async reload(request, listener) {
      if (listener) listeners.add(listener)
      try {
        return await runOneAtATime(request)
      } finally {
        if (listener) listeners.delete(listener)
      }
    },
    preview(request) {
      const { next: _next, ...outcome } = preview(request)
      return outcome
    },
    trouble: () => trouble,
  }
}

const problemsOf = (error: ConfigurationInvalidError): string[] =>
  Array.isArray(error.details.problems) ? error.details.problems.map(String) : [error.message]
