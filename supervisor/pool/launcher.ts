import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Settings } from '#shared/config/settings.ts'
import type { HandedListeners } from '../listeners/handed-listeners.ts'
import { adoptProcess } from './adopted-process.ts'
import { assignmentFingerprint, type CommonAssignment } from './assignment-fingerprint.ts'
import type { Program } from './bundle/program.ts'
import type { ProgramBundle } from './bundle/program-bundle.ts'
import { GATEWAY_POOL, type PoolPlan, SERVICE_NAMES } from './pool-layout.ts'
import type { LedgerEntry } from './process-ledger.ts'
import { FIRST_INHERITED, spawnProcess } from './spawn-process.ts'
import { createWorkerProcess, type WorkerProcess } from './worker-process.ts'

export interface LauncherOptions {
  /** Of Orrery. */
  version: string
  entries: Entries
  /** What is run in the place of the entries where it can be. */
  bundle?: Pick<ProgramBundle, 'fileOf' | 'failedToStart'> | undefined
  common: CommonAssignment
  /** What gateways accept from. */
  listeners: HandedListeners
  runtimeDirectory: string
  logDirectory: string
  environment: Readonly<Record<string, string | undefined>>
  onChange(worker: WorkerProcess): void
  /** A gateway says that keys or sessions changed through it. */
  onCallersChanged(worker: WorkerProcess): void
}

/** Programs that are spawned; tests put their own in place. */
export interface Entries {
  worker: string
  gateway: string
}

/** Makes processes of ours: by starting them, or of those that an earlier supervisor had started. */
export interface Launcher {
  spawn(request: LaunchRequest): WorkerProcess
  adopt(entry: LedgerEntry, launched: { isReady: boolean; settings: Settings }): WorkerProcess
  /** Of what `spawn` would start for a pool. */
  fingerprint(plan: PoolPlan, settings: Settings): string
}

export interface LaunchRequest {
  plan: PoolPlan
  settings: Settings
  slot: number
  generation: number
  /** The word to begin has been given to its pool. */
  hasBegun?: boolean
}

export const createLauncher = (options: LauncherOptions): Launcher => {
  const { common, environment, onChange, onCallersChanged } = options
  const entryOf = (plan: PoolPlan) => options.entries[plan.name === GATEWAY_POOL ? 'gateway' : 'worker']

  const fingerprint = (plan: PoolPlan, settings: Settings) =>
    assignmentFingerprint({
      ...{ version: options.version, entry: entryOf(plan), pool: plan.name, services: plan.services },
      ...{ common, settings, environment },
    })

  const socketPathOf = (plan: PoolPlan, slot: number, generation: number): string => {
    if (plan.name !== GATEWAY_POOL) {
      return join(options.runtimeDirectory, `${plan.name}-${slot}-${generation}-${randomDigits()}.sock`)
    }
    // Services find the gateway by this one path over all its lives; a killed one that listened itself leaves its file, on which nobody
    // could listen again.
    if (!options.listeners.current()) rmSync(common.gatewayPath, { force: true })
    return common.gatewayPath
  }

  return {
    fingerprint,
    spawn({ plan, settings, slot, generation, hasBegun = false }) {
      const socketPath = socketPathOf(plan, slot, generation)
      const kept = plan.name === GATEWAY_POOL ? options.listeners.current() : undefined
      const listeners = kept?.map((listener, index) => ({ ...listener, fd: FIRST_INHERITED + index }))
      const assignment = {
        ...{ ...common, settings, pool: plan.name, services: plan.services, generation, slot, socketPath },
        ...(listeners ? { listeners } : {}),
        ...(hasBegun ? { hasBegun } : {}),
      }
      const file = options.bundle?.fileOf(programOf(entryOf(plan), plan)) ?? entryOf(plan)
      const logPath = join(options.logDirectory, `${plan.name}.log`)
      const child = spawnProcess({
        ...{ entry: file, assignment, logPath, environment },
        descriptors: kept?.map(({ fd }) => fd) ?? [],
      })
      const { pool, services } = assignment
      const place = { pool, slot, generation, services, socketPath, fingerprint: fingerprint(plan, settings) }
      const drainMsMax = settings.ORRERY_DRAIN_MS_MAX
      const worker = createWorkerProcess({ child, place, drainMsMax, onChange, onCallersChanged })
      void worker.ended.then(({ state, wasReady, blame }) => {
        if (state !== 'stopped' && !wasReady && blame === 'own') options.bundle?.failedToStart(file)
      })
      return worker
    },
    adopt(entry, { isReady, settings }) {
      const { pid, startTime, pool, slot, generation, services, socketPath, fingerprint } = entry
      const { startedAtMs, journalWorkerId } = entry
      return createWorkerProcess({
        child: adoptProcess({ pid, startTime }),
        place: { pool, slot, generation, services, socketPath, fingerprint },
        adopted: { startedAtMs, journalWorkerId, isReady },
        drainMsMax: settings.ORRERY_DRAIN_MS_MAX,
        onChange,
        onCallersChanged,
      })
    },
  }
}

/** A worker never loads the services of other pools. */
const programOf = (source: string, plan: PoolPlan): Program => ({
  source,
  without:
    plan.name === GATEWAY_POOL
      ? []
      : SERVICE_NAMES.filter((name) => !plan.services.includes(name)).map((name) =>
          join(dirname(source), name, 'main.ts'),
        ),
})

const randomDigits = (): string => crypto.randomUUID().slice(0, 4)
