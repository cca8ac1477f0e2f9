/** A first failure may be a moment's; then the pauses double. */
const FIRST_PAUSE_MS = 500
const PAUSE_MS_MAX = 30_000
/** A session that ended by itself so soon after it began counts as a failure to open one. */
const STABLE_MS = 10_000

/** How long a server is left alone after it failed so often in a row. Pure. */
export const pauseAfter = (failures: number): number =>
  failures <= 1 ? 0 : Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** (failures - 2))

export const wasStable = (openMs: number): boolean => openMs >= STABLE_MS
