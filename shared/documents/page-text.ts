/** One piece of text as a PDF places it. */
export interface TextItem {
  text: string
  /** Baseline, in points from the bottom of the page. */
  y: number
  /** Height of its letters in points. */
  height: number
  endsLine: boolean
}

/** A gap between baselines of more than this many letter heights begins a paragraph. */
const PARAGRAPH_GAP = 1.8
const UNSPACED_END = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}，。；：、]$/u
const UNSPACED_START = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
/** A letter, which may take two code units, and a hyphen. */
const END_UNITS = 3
const HYPHENATED = /\p{L}-$/u

/** Joins the lines of a page to paragraphs, so that a sentence is found whole although it was typeset over several lines. */
export const joinPageText = (items: readonly TextItem[]): string => {
  let page = ''
  let line = ''
  let last: TextItem | undefined
  let previousLine: TextItem | undefined
  const endLine = () => {
    if (line.trim() !== '') {
      page = joinLines(page, line.trim(), isNewParagraph(previousLine, last))
      previousLine = last
    }
    line = ''
  }
  for (const item of items) {
    if (last && Math.abs(item.y - last.y) > item.height / 2 && item.text !== '') endLine()
    line += item.text
    if (item.text.trim() !== '') last = item
    if (item.endsLine) endLine()
  }
  endLine()
  return page
}

const joinLines = (page: string, line: string, newParagraph: boolean): string => {
  if (page === '') return line
  if (newParagraph) return `${page}\n\n${line}`
  // The end alone: a look through all of the page for each of its lines would cost more than all the rest.
  const end = page.slice(-END_UNITS)
  if (HYPHENATED.test(end) && /^\p{Ll}/u.test(line)) return page.slice(0, -1) + line
  return UNSPACED_END.test(end) && UNSPACED_START.test(line) ? page + line : `${page} ${line}`
}

/** A wide gap, a jump upwards (next column) or letters of another size. */
const isNewParagraph = (before: TextItem | undefined, now: TextItem | undefined): boolean => {
  if (!before || !now) return false
  const gap = before.y - now.y
  const height = Math.max(before.height, now.height, 1)
  return gap > height * PARAGRAPH_GAP || gap < -height || Math.abs(before.height - now.height) > height * 0.15
}
