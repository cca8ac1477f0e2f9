import type { PatternStep } from './compile-pattern.ts'
import { holds } from './pattern-node.ts'

export interface PatternProgram {
  readonly steps: readonly PatternStep[]
  readonly start: number
  /** Begin and end of the whole and of each group. */
  readonly slots: number
}

/** One way of matching, as far as it got. Marks are shared between threads and never changed. */
interface Thread {
  readonly step: number
  readonly marks: Marks | undefined
}

/** Where groups began and ended: the newest mark first. */
interface Marks {
  readonly slot: number
  readonly at: number
  readonly before: Marks | undefined
}

const WORD = /\w/

/**
 * The leftmost match, and of those at its place the preferred one, as a backtracking matcher would find it. Every step is looked at once for
 * each character, so that no pattern takes longer than steps times characters.
 */
export const findMatch = (program: PatternProgram, text: string): (string | undefined)[] | undefined => {
  const seenAt = new Int32Array(program.steps.length).fill(-1)
  let threads: Thread[] = []
  let found: Marks | undefined
  for (let at = 0; ; ) {
    const point = text.codePointAt(at)
    // A match that begins later counts only while none was found.
    if (!found) threads.push({ step: program.start, marks: undefined })
    const advanced = takePoint(program, followForks(program, threads, { text, at, seenAt }), point)
    found = advanced.matched ?? found
    threads = advanced.threads
    if (point === undefined || (found && threads.length === 0)) break
    at += point > 0xffff ? 2 : 1
  }
  return found && readGroups(found, program.slots, text)
}

/** The threads that go on behind a character, and the match that is preferred to them or to nothing. */
const takePoint = (
  { steps }: PatternProgram,
  ready: readonly Thread[],
  point: number | undefined,
): { threads: Thread[]; matched?: Marks | undefined } => {
  const threads: Thread[] = []
  for (const { step, marks } of ready) {
    const doing = steps[step]
    if (doing?.do === 'match') return { threads, matched: marks } // all that follow are less preferred
    if (doing?.do === 'take' && point !== undefined && holds(doing.set, point))
      threads.push({ step: doing.next, marks })
  }
  return { threads }
}

/** The threads that take a character or match, in the order of preference, each step once. */
const followForks = (
  program: PatternProgram,
  threads: readonly Thread[],
  { text, at, seenAt }: { text: string; at: number; seenAt: Int32Array },
): Thread[] => {
  const ready: Thread[] = []
  const open = threads.toReversed()
  for (let thread = open.pop(); thread; thread = open.pop()) {
    const { step, marks } = thread
    if (seenAt[step] === at) continue
    seenAt[step] = at
    const doing = program.steps[step]
    if (!doing) continue
    if (doing.do === 'fork') open.push({ step: doing.second, marks }, { step: doing.first, marks })
    else if (doing.do === 'mark') open.push({ step: doing.next, marks: { slot: doing.slot, at, before: marks } })
    else if (doing.do !== 'assert') ready.push(thread)
    else if (isTrue(doing.at, text, at)) open.push({ step: doing.next, marks })
  }
  return ready
}

const isTrue = (what: 'start' | 'end' | 'word' | 'no-word', text: string, at: number): boolean => {
  if (what === 'start') return at === 0
  if (what === 'end') return at === text.length
  const isBorder = WORD.test(text[at - 1] ?? '') !== WORD.test(text[at] ?? '')
  return isBorder === (what === 'word')
}

const readGroups = (found: Marks, slots: number, text: string): (string | undefined)[] => {
  const places: (number | undefined)[] = Array.from({ length: slots })
  for (let marks: Marks | undefined = found; marks; marks = marks.before) places[marks.slot] ??= marks.at
  const groups: (string | undefined)[] = []
  for (let slot = 0; slot < slots; slot += 2) {
    const [from, to] = [places[slot], places[slot + 1]]
    groups.push(from === undefined || to === undefined ? undefined : text.slice(from, to))
  }
  return groups
}
