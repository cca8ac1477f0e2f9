import type { ProcessActivity } from './process-activity.ts'

/** Why an event loop stands still, as far as the kernel tells. `unknown`: it tells nothing (no /proc). */
export type HangKind = 'busy' | 'stopped' | 'disk' | 'asleep' | 'unknown'

/** The main thread took at least this share of the time: it computes, though on a crowded machine it may get little to do it with. */
const BUSY_SHARE_MIN = 0.1

/**
 * Tells hangs apart by two looks at the same process, `elapsedMs` apart. Pure. A process that waits for a disk is told by both looks: any
 * process does so for a moment.
 */
export const classifyHang = (
  earlier: ProcessActivity | undefined,
  later: ProcessActivity | undefined,
  elapsedMs: number,
): HangKind => {
  if (!earlier || !later) return 'unknown'
  if (later.state === 'T' || later.state === 't') return 'stopped'
  if ((later.mainCpuMs - earlier.mainCpuMs) / elapsedMs >= BUSY_SHARE_MIN) return 'busy'
  if (earlier.state === 'R' && later.state === 'R') return 'busy'
  return earlier.state === 'D' && later.state === 'D' ? 'disk' : 'asleep'
}

/**
 * A stopped process reacts to nothing but SIGKILL, and what stopped it may be an attacker's or a debugger's hand; every other one may still
 * wake up and finish what it has, so it is asked first.
 */
export const mayWakeUp = (kind: HangKind): boolean => kind !== 'stopped'
