/**
 * How many tests passed and failed, read from what a runner printed: Bun ends with " 12 pass" and " 0 fail", Node's runner with
 * "# pass 12" (TAP) or "ℹ pass 12" (spec). Both are zero when no summary was printed.
 */
export const readCounts = (text: string): { passed: number; failed: number } => ({
  passed: lastCount(text, 'pass'),
  failed: lastCount(text, 'fail'),
})

const lastCount = (text: string, word: 'pass' | 'fail'): number => {
  const matches = [...text.matchAll(new RegExp(`^(?: (\\d+) ${word}|[#ℹ] ${word} (\\d+))$`, 'gm'))]
  const last = matches.at(-1)
  return Number(last?.[1] ?? last?.[2] ?? 0)
}
