/**
 * How often the answers of a process are read. Each read costs much the same whatever it brings (system calls, promises, an event in a journal, a
 * frame in every process on its way), so a process with many answers reads each of them less often, in turn: READS_PER_SECOND_MAX reads a second for
 * all of them, whose pieces are joined. One with few reads every piece as it comes. First pieces never wait.
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

/** Of all answers together, unless they are so many that one would wait longer than WAIT_MS_MAX. */
const READS_PER_SECOND_MAX = 1_000
/** So many are read as they come. */
const UNPACED_ANSWERS_MAX = 16
/** Longer pauses would be seen. */
const WAIT_MS_MAX = 100
/**
 * Turns are given out in small groups, so that nobody else waits for long. Behind 50,000 tokens a second first tokens came up to 23 ms late (p99) with groups of
 * 5 ms, 20 with those of 2 ms, and no earlier with those of 1 ms.
 */
const TICK_MS = 2

export const createReadPace = (): ReadPace => {
  let answers = 0
  let waiting: (() => void)[] = []
  let timer: ReturnType<typeof setInterval> | undefined

  const tick = () => {
    const turns = Math.ceil(Math.max((READS_PER_SECOND_MAX * TICK_MS) / 1_000, (answers * TICK_MS) / WAIT_MS_MAX))
    const ready = waiting.slice(0, turns)
    waiting = waiting.slice(turns)
    for (const resolve of ready) resolve()
    if (waiting.length > 0 || ready.length > 0) return
    clearInterval(timer)
    timer = undefined
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
      timer ??= setInterval(tick, TICK_MS)
      return new Promise((resolve) => {
        waiting.push(resolve)
      })
    },
  }
}

/** That of this process. */
export const readPace = createReadPace()
