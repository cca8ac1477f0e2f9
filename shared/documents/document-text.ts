export interface Heading {
  /** Where its line begins in the text. */
  offset: number
  /** 1 is the highest. */
  level: number
  title: string
}

/** What every reader makes of a file. */
export interface DocumentText {
  text: string
  /** In order of their offset. */
  headings: Heading[]
  /** Where each page begins in the text, the first page first. Empty for files without pages. */
  pageStarts: number[]
}

/** 1-based number of the page that holds a place of the text; null without pages. */
export const pageAt = (pageStarts: readonly number[], offset: number): number | null => {
  if (pageStarts.length === 0) return null
  let low = 0
  let high = pageStarts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((pageStarts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low + 1
}
