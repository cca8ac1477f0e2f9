import type { Heading } from './document-text.ts'

const FENCE = /^ {0,3}(`{3,}|~{3,})/
/** ATX headings (CommonMark 0.31, section 4.2). */
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$/

/** The headings of a Markdown text, outside fenced code. */
export const findHeadings = (text: string): Heading[] => {
  const headings: Heading[] = []
  let offset = 0
  let fence = ''
  for (const line of text.split('\n')) {
    const marker = FENCE.exec(line)?.[1]
    if (fence !== '') {
      if (marker?.startsWith(fence)) fence = ''
    } else if (marker) {
      fence = marker
    } else {
      const [, marks, title] = HEADING.exec(line) ?? []
      if (marks && title) headings.push({ offset, level: marks.length, title })
    }
    offset += line.length + 1
  }
  return headings
}
