import type { Static } from '@sinclair/typebox'
import type { Settings } from '#shared/config/settings.ts'
import { signalProcess } from '#shared/lifecycle/process-identity.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { Hello } from '#shared/worker-protocol/worker-messages.ts'
import { decideFates, type Fate } from './adoption-policy.ts'
import { awaitHellos } from './await-hellos.ts'
import type { Launcher } from './launcher.ts'
import { noteDeath } from './note-death.ts'
import type { LedgerEntry, Leftovers } from './process-ledger.ts'
import type { RetiringWorkers } from './retiring-workers.ts'
import { stopProcesses } from './stop-processes.ts'
import type { Death } from './supervision.ts'
import type { WorkerPool } from './worker-pool.ts'
import type { WorkerProcess } from './worker-process.ts'

export interface LeftoverAdoptionOptions {
  leftovers: Leftovers
  /** Gateways and workers. */
  pools: readonly WorkerPool[]
  retiring: RetiringWorkers
  launcher: Launcher
  /** Those that hold now. */
  settings: Settings
  drainMsMax: number
  /** A gateway may listen beside its successor. */
  gatewaysShareDoors: boolean
  logger: Logger
  onDeath(death: Death): void
  /** A process ended that nobody had taken over. */
  onMissedEnd(entry: LedgerEntry): void
}

/** Takes over the processes of a supervisor that was killed: they have served all the while, and go on. */
export interface LeftoverAdoption {
  /** The process that says hello, taken over; undefined when none like it is awaited. */
  answer(hello: Static<typeof Hello>): WorkerProcess | undefined
  /** Those that may still dial. */
  awaited(): LedgerEntry[]
  /** Starts what is missing. What was started with another configuration and cannot live beside its successor goes first. */
  startMissing(): Promise<void>
  /** Resolves once nothing more can dial, after a second at most. */
  over(): Promise<void>
  /** Ends what did not dial, and starts processes in its place. */
  replaceSilent(): Promise<void>
  /** Waits no longer, starts nothing more. */
  giveUp(): void
  /** Kills what has not been taken over. */
  kill(): void
}

export const createLeftoverAdoption = (options: LeftoverAdoptionOptions): LeftoverAdoption => {
  const { leftovers, pools, retiring, launcher, settings, logger } = options
  const shapes = pools.map(({ plan }) => ({ ...plan, fingerprint: launcher.fingerprint(plan, settings) }))
  const fates = new Map(decideFates(leftovers.alive, shapes, options).map(({ entry, fate }) => [entry, fate]))
  const withFate = (wanted: Fate) => leftovers.alive.filter((entry) => fates.get(entry) === wanted)
  const poolOf = (entry: LedgerEntry) => pools.find(({ plan }) => plan.name === entry.pool)
  const hellos = awaitHellos([...withFate('adopt'), ...withFate('retire')])
  let silent: LedgerEntry[] = []
  let gaveUp = false

  const take = (entry: LedgerEntry, isReady: boolean): WorkerProcess => {
    const worker = launcher.adopt(entry, { isReady, settings })
    const fate = fates.get(entry)
    logger.info({ worker: worker.id, workerPid: worker.pid, fate }, 'took over a living worker')
    if (fate === 'adopt') poolOf(entry)?.adopt(worker)
    else retiring.add(worker)
    if (entry.state !== 'starting' && entry.state !== 'ready') worker.drain(options.drainMsMax) // it was on its way out
    return worker
  }

  const noteMissedEnd = (entry: LedgerEntry, reason: string) => {
    options.onMissedEnd(entry)
    if (entry.state === 'draining') return
    noteDeath(entry, { exitCode: null, signal: null, reason, uptimeMs: Date.now() - entry.startedAtMs }, options)
    if (fates.get(entry) !== 'retire') poolOf(entry)?.missedDeath(entry.slot)
  }

  const startAllBut = (reserved: readonly LedgerEntry[]) => {
    if (gaveUp) return
    for (const pool of pools) {
      pool.start(new Set(reserved.filter((entry) => entry.pool === pool.plan.name).map(({ slot }) => slot)))
    }
  }

  return {
    answer(hello) {
      const entry = hellos.answer(hello)
      return entry && take(entry, hello.ready)
    },
    awaited: hellos.awaited,
    async startMissing() {
      for (const entry of leftovers.gone) noteMissedEnd(entry, 'ended while no supervisor was there')
      const [kept, inTheWay] = [withFate('adopt'), withFate('stop')]
      startAllBut([...kept, ...inTheWay])
      await stopProcesses(inTheWay)
      startAllBut(kept)
    },
    async over() {
      silent = await hellos.wait()
    },
    async replaceSilent() {
      if (silent.length > 0) logger.warn({ workers: silent.map(({ id }) => id) }, 'some leftovers do not dial')
      await stopProcesses(silent)
      for (const entry of silent) noteMissedEnd(entry, 'did not dial the next supervisor')
      hellos.forget()
      startAllBut([])
    },
    giveUp() {
      gaveUp = true
      hellos.giveUp()
    },
    kill() {
      for (const entry of hellos.awaited()) signalProcess(entry, 'SIGKILL')
    },
  }
}
