import { familyOf } from '#shared/metrics/metrics-snapshot.ts'
import { readPss } from '../admin/process-memory.ts'
import { readProcessActivity } from '../pool/process-activity.ts'
import type { WorkerProcess } from '../pool/worker-process.ts'
import { BYTES_PER_MB, type MeasuredWorker } from './limits-policy.ts'

/** Measures the living workers of one pool, again and again. */
export interface WorkerMeter {
  /** With `memorySoftMb` undefined and no hard limit nobody asks for the exact memory, which costs the kernel a walk through every page table. */
  measure(workers: readonly WorkerProcess[], options: MeasureOptions): Promise<PoolMeasurement>
}

export interface MeasureOptions {
  memorySoftMb?: number | undefined
  exactMemory: boolean
  nowMs: number
}

export interface PoolMeasurement {
  workers: MeasuredWorker[]
  /** Cores that all of them together took since the last measurement. */
  cores: number
}

interface Memory {
  jitter: number
  samplesAboveSoft: number
  cpu?: { atMs: number; cpuMs: number }
}

/** Counter of the request meter that each worker sends with its heartbeats. */
const REQUESTS_FAMILY = 'orrery_requests_total'

export const createWorkerMeter = (random: () => number = Math.random): WorkerMeter => {
  const memories = new WeakMap<WorkerProcess, Memory>()

  const memoryOf = (worker: WorkerProcess): Memory => {
    const known = memories.get(worker) ?? { jitter: random(), samplesAboveSoft: 0 }
    memories.set(worker, known)
    return known
  }

  const measureOne = async (worker: WorkerProcess, { memorySoftMb, exactMemory, nowMs }: MeasureOptions) => {
    const memory = memoryOf(worker)
    const facts = worker.facts(nowMs)
    const activity = readProcessActivity(worker.pid)
    const pssBytes = exactMemory ? await readPss(worker.pid) : undefined
    const memoryBytes = pssBytes ?? activity?.rssBytes ?? facts.rssBytes
    const isAbove = memorySoftMb !== undefined && memoryBytes > memorySoftMb * BYTES_PER_MB
    memory.samplesAboveSoft = isAbove ? memory.samplesAboveSoft + 1 : 0
    const cores = coresSince(memory.cpu, activity?.cpuMs, nowMs)
    if (activity) memory.cpu = { atMs: nowMs, cpuMs: activity.cpuMs }
    const measured: MeasuredWorker = {
      ...{ id: worker.id, isReady: worker.state === 'ready', memoryBytes, samplesAboveSoft: memory.samplesAboveSoft },
      ...{ ageMs: nowMs - worker.startedAtMs, requests: requestsOf(worker), jitter: memory.jitter },
    }
    return { measured, cores }
  }

  return {
    async measure(workers, options) {
      const all = await Promise.all(workers.map((worker) => measureOne(worker, options)))
      return { workers: all.map(({ measured }) => measured), cores: all.reduce((sum, { cores }) => sum + cores, 0) }
    },
  }
}

const coresSince = (before: Memory['cpu'], cpuMs: number | undefined, nowMs: number): number =>
  before && cpuMs !== undefined && nowMs > before.atMs ? (cpuMs - before.cpuMs) / (nowMs - before.atMs) : 0

const requestsOf = ({ snapshot }: WorkerProcess): number =>
  familyOf(snapshot, REQUESTS_FAMILY)?.series.reduce((sum, { value }) => sum + value, 0) ?? 0
