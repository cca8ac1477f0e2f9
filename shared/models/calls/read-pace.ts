/**
 * How often the answers of a process are read. Each read costs much the same whatever it brings (system calls, promises, an event in a journal, a
 * frame in every process on its way), so a process with many answers reads each of them less often, and all of them together: at most
 * READS_PER_SECOND_MAX reads a second, whose pieces are joined. One with few reads every piece as it comes.
 */
export interface ReadPace {
  /** An answer has begun. */
  enter(): void
  leave(): void
  /** True while answers wait for one another: pieces of one read may be joined then. */
  readonly isShared: boolean
  /** Resolves when this answer may be read again; undefined when it may at once. */
  turn(): Promise<void> | undefined
}

/** Of all answers together. */
const READS_PER_SECOND_MAX = 1_000
/** So many are read as they come. */
const UNPACED_ANSWERS_MAX = 16
/** Longer pauses would be seen. */
const PAUSE_MS_MAX = 100

export const createReadPace = (): ReadPace => {
  let answers = 0
  let waiting: (() => void)[] = []

  const readAll = () => {
    const ready = waiting
    waiting = []
    for (const resolve of ready) resolve()
  }

  return {
    enter: () => {
      answers += 1
    },
    leave: () => {
      answers -= 1
    },
    get isShared() {
      return answers > UNPACED_ANSWERS_MAX
    },
    turn() {
      if (answers <= UNPACED_ANSWERS_MAX) return undefined
      if (waiting.length === 0) setTimeout(readAll, Math.min(PAUSE_MS_MAX, (answers * 1_000) / READS_PER_SECOND_MAX))
      return new Promise((resolve) => {
        waiting.push(resolve)
      })
    },
  }
}

/** That of this process. */
export const readPace = createReadPace()
