import { createTally, type Tally } from '../chaos/tally.ts'
import { spawnOrrery } from '../spawn-orrery.ts'
import { endAllRuns, readJournals } from './check-journals.ts'
import { type Continued, continueTimes } from './continue-times.ts'
import type { Driving } from './driven-run.ts'
import { startEffectsServer } from './effects-server.ts'
import { startKiller } from './killer.ts'
import { flowAsked, flowOf, parameterOf } from './mixed-flows.ts'
import { startModelServer } from './model-server.ts'
import { publishFlows } from './publish-flows.ts'
import { driveQueued } from './queued-run.ts'
import { createRunApi } from './run-api.ts'
import { driveStreamed } from './streamed-run.ts'

export interface RunChaosReport {
  tally: Tally
  seconds: number
  /** Runs that were accepted, and those whose start got no answer but that exist. */
  accepted: number
  unannounced: number
  /** Accepted runs of which nothing is there. */
  lost: number
  /** Runs that are not over. */
  stuck: number
  /** Effects with more than one key, calls without a key or with another's, and effects that a completed run lacks. */
  doubled: number
  misused: number
  missing: number
  effects: number
  repeats: number
  kills: number
  continued: Continued[]
}

const POOLS = `[pools.workflow]
services = ["workflow"]
min = 2
max = 2

[pools.rest]
services = ["agent", "knowledge", "tenant", "link", "console"]
`
/** A client whose gateway was killed learns of it within this time. */
const GATEWAY_DEATH_MS = 5_000

/** Mixed runs of all flows, every other one streamed, while processes are killed; then everything is compared with what it must be. */
export const runChaos = async (options: {
  runs: number
  concurrency: number
  killEveryMs: readonly [number, number]
  /** What Orrery's processes write to their standard error is not shown. */
  quiet?: boolean
}): Promise<RunChaosReport> => {
  const startedAt = performance.now()
  const tally = createTally()
  const requests = new Map<string, number[]>()
  const onRequest = (text: string) => {
    const q = /^\w+/.exec(text)?.[0] ?? ''
    requests.set(q, [...(requests.get(q) ?? []), Date.now()])
  }
  const model = startModelServer(onRequest)
  const effects = startEffectsServer(onRequest)
  const orrery = spawnOrrery({
    name: 'rc',
    configuration: POOLS,
    environment: { ORRERY_OUTBOUND_ALLOW: '127.0.0.0/8', LOG_LEVEL: 'warn' },
    ...(options.quiet && { quiet: true }),
  })
  try {
    await orrery.ready()
    const api = createRunApi(orrery.url, orrery.rootKey())
    const flowIds = await publishFlows(api, { modelUrl: model.url, effectsUrl: effects.url })
    const killer = startKiller({ orrery, everyMs: options.killEveryMs, tally })
    const gatewayDied = () =>
      killer.kills.some(({ kind, at }) => kind === 'gateway' && at > Date.now() - GATEWAY_DEATH_MS)
    const driving: Driving = { api, tally, flowIds, gatewayDied, accepted: new Map(), abandoned: new Set() }
    await driveAll(driving, options)
    await killer.stop()
    await orrery.ready()

    const { ids, stuck } = await endAllRuns(driving)
    const { accepted, abandoned } = driving
    const existing = new Set(ids)
    const journals = stuck === 0 ? await readJournals(driving, ids) : new Map()
    const asked = new Map<string, string>()
    for (const [runId, { q }] of journals) {
      const known = accepted.get(runId) ?? (abandoned.has(q) ? q : undefined)
      if (known !== q) tally.failed(`run ${runId} of ${q} was not asked for`)
      if (asked.has(q)) tally.failed(`${q} is run by ${runId} and by ${asked.get(q)}`)
      asked.set(q, runId)
    }
    return {
      tally,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
      accepted: accepted.size,
      unannounced: ids.length - accepted.size,
      lost: [...accepted.keys()].filter((runId) => !existing.has(runId)).length,
      stuck,
      doubled: [...effects.committed.values()].filter(({ size }) => size > 1).length,
      misused: effects.misused.length,
      missing: expectedEffects([...accepted.values()]).filter((effect) => !effects.committed.has(effect)).length,
      effects: effects.committed.size,
      repeats: effects.repeats(),
      kills: killer.kills.length,
      continued: continueTimes({ kills: killer.kills, journals, requests }),
    }
  } finally {
    await orrery.stop()
    model.stop()
    effects.stop()
  }
}

const driveAll = async (
  driving: Driving,
  { runs, concurrency }: { runs: number; concurrency: number },
): Promise<void> => {
  let begun = 0
  const driveSome = async () => {
    while (begun < runs) {
      const number = begun++
      const wanted = { flow: flowOf(number), q: parameterOf(number) }
      await (number % 2 === 0 ? driveStreamed : driveQueued)(driving, wanted)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, driveSome))
}

const expectedEffects = (asked: readonly string[]): string[] => asked.flatMap((q) => flowAsked(q).expect(q).effects)
