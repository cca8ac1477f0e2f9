/** Characters: a shorter match at a seam is chance, not an overlap that a chunker made. */
const SEAM_MIN = 8
const SEAM_MAX = 2_000

/** Passages that follow each other as one text; what a passage repeats from the one before stands once. Pure. */
export const joinPassages = (passages: readonly string[]): string =>
  passages.reduce((text, passage) => text + passage.slice(seamOf(text, passage)), '')

/** Length of the longest end of `before` that `after` begins with. */
const seamOf = (before: string, after: string): number => {
  const longest = Math.min(before.length, after.length, SEAM_MAX)
  for (let length = longest; length >= SEAM_MIN; length--) {
    if (after.startsWith(before.slice(-length))) return length
  }
  return 0
}
