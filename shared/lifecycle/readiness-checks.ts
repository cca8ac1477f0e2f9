import type { HostedService } from './hosted-service.ts'

/** What the services of a process say about themselves. They are asked again and again; whoever does not say that it is ready is not. */
export interface ReadinessChecks {
  /** Why this process should get no requests, as one sentence; undefined when it should. */
  notReady(): string | undefined
  /** Asks all services once, for an answer before the first request. */
  ask(): Promise<void>
  stop(): void
}

export interface ReadinessCheckOptions {
  services: Iterable<Pick<HostedService, 'name' | 'ready'>>
  /** The answer has changed. */
  onChange(): void
  /** Milliseconds between two questions; CHECK_EVERY_MS by default. */
  everyMs?: number
  /** How long an answer may take; CHECK_MS_MAX by default. */
  msMax?: number
}

const CHECK_EVERY_MS = 1_000
const CHECK_MS_MAX = 1_000

/** Fails closed: a check that throws or is late counts as not ready, and so does one that was never answered. */
export const startReadinessChecks = (options: ReadinessCheckOptions): ReadinessChecks => {
  const { everyMs = CHECK_EVERY_MS, msMax = CHECK_MS_MAX } = options
  const checks = [...options.services]
    .filter(({ ready }) => ready !== undefined)
    .map((service) => createCheck({ name: service.name, ask: async () => service.ready?.(), msMax }))
  let told: string | undefined
  const current = () => checks.map(({ reason }) => reason()).find((reason) => reason !== undefined)

  const ask = async () => {
    await Promise.all(checks.map((check) => check.ask()))
    const now = current()
    if (now === told) return
    told = now
    options.onChange()
  }

  const timer = checks.length > 0 ? setInterval(() => void ask(), everyMs) : undefined
  return { notReady: current, ask, stop: () => clearInterval(timer) }
}

/** One service's check. A question that is not answered yet is not asked a second time: a backend that hangs must not be asked ever more. */
const createCheck = ({ name, ask, msMax }: { name: string; ask(): Promise<string | undefined>; msMax: number }) => {
  let reason: string | undefined = 'has not been asked yet'
  let pending: Promise<string | undefined> | undefined

  const question = async (): Promise<string | undefined> => {
    try {
      return await ask()
    } catch (error) {
      return String((error as Error).message ?? error)
    } finally {
      pending = undefined
    }
  }

  return {
    reason: () => (reason === undefined ? undefined : `${name}: ${reason}`),
    async ask() {
      const late = Promise.withResolvers<string>()
      const timer = setTimeout(() => late.resolve(`did not answer within ${msMax} ms`), msMax)
      pending ??= question()
      reason = await Promise.race([pending, late.promise])
      clearTimeout(timer)
    },
  }
}
