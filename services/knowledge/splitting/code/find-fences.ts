import type { Span } from '../source-text.ts'

const FENCE = /^ {0,3}(`{3,}|~{3,})/

/** Fenced code of a Markdown text (CommonMark 0.31, section 4.5), with its fences; one that is not closed goes to the end. */
export const findFences = (text: string): Span[] => {
  const spans: Span[] = []
  let open: { start: number; marker: string } | undefined
  let start = 0
  for (const line of text.split('\n')) {
    const end = Math.min(text.length, start + line.length + 1)
    const marker = FENCE.exec(line)?.[1]
    if (marker && !open) open = { start, marker }
    else if (marker && open && marker.startsWith(open.marker)) {
      spans.push({ start: open.start, end })
      open = undefined
    }
    start = end
  }
  if (open) spans.push({ start: open.start, end: text.length })
  return spans
}
