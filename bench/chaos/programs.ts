import { waitFor } from '../../shared/testing/wait-for.ts'
import type { ProcessFacts } from '../../supervisor/pool/supervision.ts'
import type { FixtureOrrery } from '../../supervisor/test/fixture-orrery.ts'
import { startChaosOrrery } from './chaos-orrery.ts'
import { type ChaosReport, type ClientMix, startClients } from './start-clients.ts'

const MIX: ClientMix = {
  ...{ keptGets: 4, newGets: 2, keptPosts: 2, newPosts: 1, plainStreams: 4, resumableStreams: 4, webSockets: 4 },
  mayBreak: false,
}
/** Nothing may break but what a kill breaks by its nature: a POST under way, a stream that nobody can go on with, a WebSocket. */
const KILL_MIX: ClientMix = { ...MIX, plainStreams: 0, mayBreak: true }
const KILL_EVERY_MS = 200
const STEP_MS_MAX = 60_000
/** A worker that has not dialled back by then was lost, or replaced. */
const ADOPTED_MS_MAX = 2_000
/** Let clients run alone at first, so that those of later cycles are not all in their first request. */
const SETTLE_MS = 300

const workersOf = async (orrery: FixtureOrrery): Promise<ProcessFacts[]> =>
  (await orrery.facts()).pools.flatMap((pool) => pool.workers)

/** False when it was gone already. */
const kill9 = (pid: number): boolean => {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

/** Restarts one worker after the other, each ready before the one before it drains. */
export const rollWorkers = async ({
  replacements,
  workers = 3,
}: {
  replacements: number
  workers?: number
}): Promise<ChaosReport> => {
  const chaos = await startChaosOrrery({ workers })
  const clients = startClients(chaos, MIX)
  await Bun.sleep(SETTLE_MS)
  for (let done = 0; done < replacements; done += 1) {
    const response = await chaos.orrery.ask(`/restart?pool=all&slot=${done % workers}`)
    if (response.ok) clients.tally.did('replacements')
    else clients.tally.failed(`replacement: ${response.status}`)
    await response.text()
  }
  await Bun.sleep(SETTLE_MS)
  return clients.stop()
}

/** Kills a worker, any, every 200 ms. */
export const killWorkers = async ({
  seconds,
  workers = 4,
}: {
  seconds: number
  workers?: number
}): Promise<ChaosReport> => {
  const chaos = await startChaosOrrery({ workers })
  const clients = startClients(chaos, KILL_MIX)
  await Bun.sleep(SETTLE_MS)
  const endAt = performance.now() + seconds * 1_000
  while (performance.now() < endAt) {
    const nextAt = performance.now() + KILL_EVERY_MS
    const alive = (await workersOf(chaos.orrery)).filter(({ state, pid }) => state === 'ready' && pid > 0)
    const victim = alive[Math.floor(Math.random() * alive.length)]
    if (victim && kill9(victim.pid)) clients.tally.did('kills')
    await Bun.sleep(Math.max(0, nextAt - performance.now()))
  }
  return clients.stop()
}

/** Replaces the gateway again and again, while clients with kept and with new connections ask. */
export const replaceGateways = async ({ cycles }: { cycles: number }): Promise<ChaosReport> => {
  const chaos = await startChaosOrrery({ workers: 2 })
  const clients = startClients(chaos, { ...MIX, newGets: 4, plainStreams: 0, resumableStreams: 0, webSockets: 0 })
  await Bun.sleep(SETTLE_MS)
  for (let done = 0; done < cycles; done += 1) {
    const before = (await chaos.orrery.facts()).gateways[0]
    const response = await chaos.orrery.ask('/restart?pool=gateway&slot=0')
    await response.text()
    if (!response.ok) clients.tally.failed(`gateway replacement: ${response.status}`)
    await waitFor(
      async () =>
        (await chaos.orrery.facts()).gateways.some(({ pid, state }) => state === 'ready' && pid !== before?.pid),
      { what: 'the next gateway', timeoutMs: STEP_MS_MAX },
    )
    clients.tally.did('gateway replacements')
  }
  await Bun.sleep(SETTLE_MS)
  return clients.stop()
}

/** Kills the supervisor and starts the next one, while everything serves on. */
export const killSupervisors = async ({ kills }: { kills: number }): Promise<ChaosReport> => {
  const chaos = await startChaosOrrery({ workers: 2 })
  const clients = startClients(chaos, MIX)
  const adoptedMs: number[] = []
  const pids = (await workersOf(chaos.orrery)).map(({ pid }) => pid).join()
  let { orrery } = chaos
  for (let done = 0; done < kills; done += 1) {
    await Bun.sleep(SETTLE_MS + Math.random() * SETTLE_MS)
    orrery.kill('SIGKILL')
    await orrery.exited
    const startedAt = performance.now()
    orrery = await chaos.succeed()
    const next = orrery
    const hasSameWorkers = async () => (await workersOf(next)).map(({ pid }) => pid).join() === pids
    // Each worker dials back by itself; the supervisor answers before the last one has.
    await waitFor(hasSameWorkers, { what: 'the same workers', timeoutMs: ADOPTED_MS_MAX }).catch(() =>
      clients.tally.failed('a worker was not adopted'),
    )
    adoptedMs.push(performance.now() - startedAt)
    clients.tally.did('supervisor kills')
  }
  const report = await clients.stop()
  adoptedMs.sort((a, b) => a - b)
  const at = (share: number) =>
    Math.round(adoptedMs[Math.min(adoptedMs.length - 1, Math.floor(adoptedMs.length * share))] ?? 0)
  return { ...report, notes: { 'adopted, p50 ms': at(0.5), 'adopted, longest ms': at(1) } }
}
