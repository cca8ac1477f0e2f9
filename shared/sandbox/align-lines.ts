/** Pairs of lines that are compared at most. Longer programs keep the line numbers of the stripped text. */
const PAIRS_MAX = 2_000_000

/**
 * Finds the line of a source for each line of the text that is left once its types are gone; all lines count from 1. The stripped text keeps the
 * order of the source, so the lines are aligned in order such that they share the most words. A line without words belongs to the one before it.
 */
export const alignLines = (stripped: string, source: string): ((line: number) => number) => {
  const left = stripped.split('\n').map(wordsOf)
  const right = source.split('\n').map(wordsOf)
  if (left.length * right.length > PAIRS_MAX) return (line) => line
  const width = right.length
  // best[i][j]: most words shared when line i is aligned with line j or an earlier one; at[i][j]: that line.
  let best: Float64Array = new Float64Array(width)
  const at = left.map((words) => {
    const next = new Float64Array(width)
    const choice = new Int32Array(width)
    for (let column = 0; column < width; column += 1) {
      const aligned = (best[column] ?? 0) + sharedWords(words, right[column] ?? [])
      const earlier = column === 0 ? -1 : (next[column - 1] ?? 0)
      next[column] = Math.max(aligned, earlier)
      choice[column] = aligned > earlier ? column : (choice[column - 1] ?? 0)
    }
    best = next
    return choice
  })
  const lines: number[] = new Array(left.length)
  let column = width - 1
  for (let row = left.length - 1; row >= 0; row -= 1) {
    column = at[row]?.[column] ?? 0
    lines[row] = column + 1
  }
  return (line) => lines[line - 1] ?? line
}

const wordsOf = (line: string): string[] => line.match(/[\p{ID_Continue}$]+/gu) ?? []

/** Words that both lines have, each as often as in the line that has it less often; nearly equal lines win over long ones. */
const sharedWords = (left: readonly string[], right: readonly string[]): number => {
  if (left.length === 0 || right.length === 0) return 0
  const rest = [...right]
  let shared = 0
  for (const word of left) {
    const found = rest.indexOf(word)
    if (found < 0) continue
    rest.splice(found, 1)
    shared += 1
  }
  return shared - rest.length / 1000
}
