/**
 * When a worker has to go although it works: it takes too much memory, is too old or has answered too many requests. Pure: it is given what
 * was measured, the time and random numbers.
 */
export interface WorkerLimits {
  /** Above it the worker is replaced. */
  memorySoftMb?: number
  /** Above it the worker is killed: the machine is worth more than its requests. */
  memoryHardMb?: number
  lifetimeMinutes?: number
  requestsMax?: number
}

export interface MeasuredWorker {
  /** Of one life: while a slot's process is being replaced there are two of them. */
  id: string
  /** Only a ready worker is replaced; one that starts or drains is on its way already. */
  isReady: boolean
  /** Proportional set size, or resident memory where the kernel has no other. */
  memoryBytes: number
  /** For how many samples in a row its memory has been above the soft limit. */
  samplesAboveSoft: number
  ageMs: number
  requests: number
  /** From 0 to 1, drawn once for each life: workers that were started together must not go together. */
  jitter: number
}

export interface PoolMoment {
  workers: readonly MeasuredWorker[]
  /** Milliseconds since the last replacement by a limit in this pool ended; Infinity when there was none. */
  sinceReplacementMs: number
  isReplacing: boolean
}

/** Few enough to be a label of a metric. */
export type LimitCause = 'memory' | 'requests' | 'age'

export type LimitVerdict =
  | { act: 'kill'; id: string; limitMb: number }
  | { act: 'replace'; id: string; cause: LimitCause; reason: string }

export const BYTES_PER_MB = 1_048_576
/** A peak is no leak: so many samples, a second apart, have to agree. */
export const SOFT_SAMPLES_MIN = 3
/** A worker that is above its soft limit from the start would be replaced for ever, by one that is so too. */
export const SOFT_AGE_MS_MIN = 60_000
/** A worker's age and requests are bounded by 80 to 100 % of the limit, each by its own share. */
const JITTER_SHARE = 0.2
/** Between two replacements in a pool: the new worker has to have warmed up before the next one goes. */
const PAUSE_MS = { min: 5_000, span: 5_000 }
const MINUTE_MS = 60_000

/** All that are to be killed, and at most one that is to be replaced. */
export const judgeLimits = (limits: WorkerLimits, moment: PoolMoment): LimitVerdict[] => {
  const kills = moment.workers.flatMap((worker) => overHardLimit(limits, worker))
  return kills.length > 0 ? kills : oneReplacement(limits, moment)
}

const overHardLimit = ({ memoryHardMb }: WorkerLimits, { id, memoryBytes }: MeasuredWorker): LimitVerdict[] =>
  memoryHardMb !== undefined && memoryBytes > memoryHardMb * BYTES_PER_MB
    ? [{ act: 'kill', id, limitMb: memoryHardMb }]
    : []

/** The most urgent one: memory before the count of requests before age. */
const oneReplacement = (
  limits: WorkerLimits,
  { workers, isReplacing, sinceReplacementMs }: PoolMoment,
): LimitVerdict[] => {
  if (isReplacing) return []
  const candidates = workers.filter(({ isReady, jitter }) => isReady && sinceReplacementMs >= pauseMs(jitter))
  for (const [cause, judge] of JUDGES) {
    for (const worker of candidates) {
      const reason = judge(limits, worker)
      if (reason) return [{ act: 'replace', id: worker.id, cause, reason }]
    }
  }
  return []
}

const pauseMs = (jitter: number): number => PAUSE_MS.min + PAUSE_MS.span * jitter

const overSoftLimit = ({ memorySoftMb }: WorkerLimits, worker: MeasuredWorker): string | undefined => {
  if (memorySoftMb === undefined || worker.samplesAboveSoft < SOFT_SAMPLES_MIN) return undefined
  if (worker.ageMs < SOFT_AGE_MS_MIN) return undefined
  return `memory of ${Math.round(worker.memoryBytes / BYTES_PER_MB)} MB is above the soft limit of ${memorySoftMb} MB`
}

const overRequests = ({ requestsMax }: WorkerLimits, { requests, jitter }: MeasuredWorker): string | undefined =>
  requestsMax !== undefined && requests >= jittered(requestsMax, jitter)
    ? `answered ${requests} requests; the pool's workers answer ${requestsMax} at most`
    : undefined

const overAge = ({ lifetimeMinutes }: WorkerLimits, { ageMs, jitter }: MeasuredWorker): string | undefined =>
  lifetimeMinutes !== undefined && ageMs >= jittered(lifetimeMinutes * MINUTE_MS, jitter)
    ? `ran for ${Math.floor(ageMs / MINUTE_MS)} minutes; the pool's workers run ${lifetimeMinutes} at most`
    : undefined

const JUDGES = [
  ['memory', overSoftLimit],
  ['requests', overRequests],
  ['age', overAge],
] as const

const jittered = (limit: number, jitter: number): number => limit * (1 - JITTER_SHARE * jitter)
