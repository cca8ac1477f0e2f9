/**
 * Release bits of a flow, as the wire's `release_status` column holds them: one for each platform and action.
 * Publishing clears a platform's take-down bit; taking down clears its other two.
 */
export type Platform = 1 | 2 | 4
export type ReleaseAction = 1 | 2 | 3

interface PlatformBits {
  published: number
  api: number | undefined
  takenDown: number
}

/** 1 Xingchen, 2 open platform, 4 AIUI. The first two share their API bit. */
const PLATFORM_BITS: Record<Platform, PlatformBits> = {
  1: { published: 1, api: 8, takenDown: 2 },
  2: { published: 4, api: 8, takenDown: 16 },
  4: { published: 32, api: undefined, takenDown: 64 },
}

const RUNNABLE_BITS = 1 | 4
const ALL_TAKEN_DOWN_BITS = 2 | 16 | 64

/** The bits after an action, or undefined when the platform does not offer it. */
export const nextReleaseBits = (bits: number, platform: Platform, action: ReleaseAction): number | undefined => {
  const { published, api, takenDown } = PLATFORM_BITS[platform]
  if (action === 3) return (bits & ~(published | (api ?? 0))) | takenDown
  const added = action === 1 ? published : api
  return added === undefined ? undefined : (bits & ~takenDown) | added
}

/** Whether callers may run the flow by its id: published on Xingchen or the open platform and not taken down everywhere. */
export const isRunnable = (bits: number): boolean => (bits & RUNNABLE_BITS) !== 0 && !isTakenDown(bits)

/** Whether apps may be bound to the flow: it was published somewhere and not taken down on all platforms. */
export const isBindable = (bits: number): boolean => bits !== 0 && !isTakenDown(bits)

const isTakenDown = (bits: number) => (bits & ALL_TAKEN_DOWN_BITS) === ALL_TAKEN_DOWN_BITS
