/** How far back in the delivered text a repetition is looked for. */
const OVERLAP_CHARS_MAX = 2_000
/** A shorter agreement than this is chance ("hel" and "lo"), unless the whole delivered text is repeated. Han characters count double. */
const OVERLAP_WEIGHT_MIN = 8
const WHOLE_WEIGHT_MIN = 4

/** Removes from the start of a continued answer what the model says again although it was delivered already. */
export interface OverlapStripper {
  /** What of this piece can be shown now. Text is held back only while it might still be a repetition. */
  push(text: string): string
  /** What was held back when the answer ended. */
  flush(): string
}

export const createOverlapStripper = (delivered: string): OverlapStripper => {
  const starts = repetitionStarts(delivered)
  let held = ''
  let decided = starts.length === 0

  const decide = (atEnd: boolean): string => {
    if (!atEnd && starts.some((start) => isShorterPrefix(held, delivered.slice(start)))) return ''
    decided = true
    // The earliest start is the longest repetition.
    const repeated = starts.find((start) => held.startsWith(delivered.slice(start)))
    const shown = repeated === undefined ? held : held.slice(delivered.length - repeated)
    held = ''
    return shown
  }

  return {
    push(text) {
      if (decided) return text
      held += text
      return decide(false)
    },
    flush: () => (decided ? '' : decide(true)),
  }
}

/** Ascending: where in the delivered text a repetition may begin. */
const repetitionStarts = (delivered: string): number[] => {
  const starts: number[] = []
  let weight = 0
  for (let start = delivered.length - 1; start >= 0; start--) {
    weight += /\p{Script=Han}/u.test(delivered.charAt(start)) ? 2 : 1
    const isNear = delivered.length - start <= OVERLAP_CHARS_MAX && weight >= OVERLAP_WEIGHT_MIN
    if (isNear || (start === 0 && weight >= WHOLE_WEIGHT_MIN)) starts.push(start)
  }
  return starts.reverse()
}

const isShorterPrefix = (text: string, whole: string): boolean => text.length < whole.length && whole.startsWith(text)
