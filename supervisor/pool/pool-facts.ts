import type { PoolPlan } from './pool-layout.ts'
import type { PoolSlot } from './pool-slot.ts'
import { isCrashLoop } from './restart-policy.ts'
import type { PoolFacts, ProcessFacts } from './supervision.ts'

/** What others see of a pool. Reads and changes nothing. */
export const poolFacts = (
  plan: PoolPlan,
  { slots, spares }: { slots: readonly PoolSlot[]; spares: readonly PoolSlot[] },
  { readyCount, nowMs }: { readyCount: number; nowMs: number },
): PoolFacts => {
  const isLooping = readyCount === 0 && slots.some((slot) => isCrashLoop(slot.deaths, nowMs))
  const isHopeless = isLooping || slots.every((slot) => slot.failed)
  const { name, services, min, max } = plan
  return {
    ...{ name, services, min, max },
    condition: isHopeless ? 'crash-loop' : 'ok',
    workers: slots.map((slot) => slotFacts(plan, slot, nowMs)),
    ...(spares.length > 0 ? { spares: spares.map((slot) => slotFacts(plan, slot, nowMs)) } : {}),
  }
}

const slotFacts = (plan: PoolPlan, slot: PoolSlot, nowMs: number): ProcessFacts => {
  const { number, generation, restarts } = slot
  if (slot.current) return { ...slot.current.facts(nowMs), restarts }
  return {
    id: `${plan.name}/${number}.${generation}`,
    pid: 0,
    pool: plan.name,
    slot: number,
    generation,
    state: slot.failed ? 'failed' : slot.finished ? 'stopped' : 'crashed',
    startedAt: new Date(nowMs),
    restarts,
    ...{ inFlight: 0, streams: 0, rssBytes: 0, loopDelayMs: 0, heartbeatAgeMs: undefined },
  }
}
