import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { adoptProcess } from './adopted-process.ts'
import { assignmentFingerprint, type CommonAssignment } from './assignment-fingerprint.ts'
import { GATEWAY_POOL, type PoolPlan } from './pool-layout.ts'
import type { LedgerEntry } from './process-ledger.ts'
import { spawnProcess } from './spawn-process.ts'
import { createWorkerProcess, type WorkerProcess } from './worker-process.ts'

export interface LauncherOptions {
  /** Of Orrery. */
  version: string
  entries: Entries
  common: CommonAssignment
  runtimeDirectory: string
  logDirectory: string
  environment: Readonly<Record<string, string | undefined>>
  onChange(worker: WorkerProcess): void
}

/** Programs that are spawned; tests put their own in place. */
export interface Entries {
  worker: string
  gateway: string
}

/** Makes processes of ours: by starting them, or of those that an earlier supervisor had started. */
export interface Launcher {
  spawn(plan: PoolPlan, slot: number, generation: number): WorkerProcess
  adopt(entry: LedgerEntry, isReady: boolean): WorkerProcess
  /** Of what `spawn` would start for a pool. */
  fingerprint(plan: PoolPlan): string
}

export const createLauncher = (options: LauncherOptions): Launcher => {
  const { common, environment, onChange } = options
  const drainMsMax = common.settings.ORRERY_DRAIN_MS_MAX
  const entryOf = (plan: PoolPlan) => options.entries[plan.name === GATEWAY_POOL ? 'gateway' : 'worker']

  const fingerprint = (plan: PoolPlan) =>
    assignmentFingerprint({
      ...{ version: options.version, entry: entryOf(plan), pool: plan.name, services: plan.services },
      ...{ common, environment },
    })

  const socketPathOf = (plan: PoolPlan, slot: number, generation: number): string => {
    if (plan.name !== GATEWAY_POOL) {
      return join(options.runtimeDirectory, `${plan.name}-${slot}-${generation}-${randomDigits()}.sock`)
    }
    // Services find the gateway by this one path over all its lives; a killed one leaves its file, on which nobody could listen again.
    rmSync(common.gatewayPath, { force: true })
    return common.gatewayPath
  }

  return {
    fingerprint,
    spawn(plan, slot, generation) {
      const socketPath = socketPathOf(plan, slot, generation)
      const assignment = { ...common, pool: plan.name, services: plan.services, generation, slot, socketPath }
      const logPath = join(options.logDirectory, `${plan.name}.log`)
      const child = spawnProcess({ entry: entryOf(plan), assignment, logPath, environment })
      const { pool, services } = assignment
      const place = { pool, slot, generation, services, socketPath, fingerprint: fingerprint(plan) }
      return createWorkerProcess({ child, place, drainMsMax, onChange })
    },
    adopt(entry, isReady) {
      const { pid, startTime, pool, slot, generation, services, socketPath, fingerprint } = entry
      const { startedAtMs, journalWorkerId } = entry
      return createWorkerProcess({
        child: adoptProcess({ pid, startTime }),
        place: { pool, slot, generation, services, socketPath, fingerprint },
        adopted: { startedAtMs, journalWorkerId, isReady },
        drainMsMax,
        onChange,
      })
    },
  }
}

const randomDigits = (): string => crypto.randomUUID().slice(0, 4)
