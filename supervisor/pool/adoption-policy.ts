import { GATEWAY_POOL } from './pool-layout.ts'
import type { LedgerEntry } from './process-ledger.ts'
import { SPARE_SLOT_FIRST } from './spare-workers.ts'

/**
 * - `adopt`: it is what this supervisor would start itself, so it keeps its slot.
 * - `retire`: it serves until what replaces it is ready, then it drains.
 * - `stop`: it is in the way of what replaces it: a gateway that listens itself.
 */
export type Fate = 'adopt' | 'retire' | 'stop'

/** What a pool would start now. */
export interface PoolShape {
  name: string
  /** How many slots it may have. */
  max: number
  spare: number
  fingerprint: string
}

/** What is to become of the living processes of an earlier supervisor. Pure. */
export const decideFates = (
  entries: readonly LedgerEntry[],
  pools: readonly PoolShape[],
  { gatewaysShareDoors }: { gatewaysShareDoors: boolean },
): { entry: LedgerEntry; fate: Fate }[] => {
  const fits = (entry: LedgerEntry): boolean => {
    const pool = pools.find(({ name }) => name === entry.pool)
    const isWorking = entry.state === 'ready' || entry.state === 'starting'
    return pool !== undefined && isWorking && hasSlot(pool, entry.slot) && entry.fingerprint === pool.fingerprint
  }
  // In the middle of a replacement a slot has two processes: the newer one was to stay.
  const isNewest = (entry: LedgerEntry): boolean =>
    !entries.some(
      (other) =>
        other.pool === entry.pool && other.slot === entry.slot && other.generation > entry.generation && fits(other),
    )
  return entries.map((entry) => {
    if (fits(entry) && isNewest(entry)) return { entry, fate: 'adopt' }
    // Without a socket that is handed over, two gateways cannot listen on one port.
    return { entry, fate: entry.pool === GATEWAY_POOL && !gatewaysShareDoors ? 'stop' : 'retire' }
  })
}

const hasSlot = ({ max, spare }: PoolShape, slot: number): boolean =>
  slot < SPARE_SLOT_FIRST ? slot < max : slot < SPARE_SLOT_FIRST + spare
