import type { DocumentText, Heading } from './document-text.ts'

const PAGE_SEPARATOR = '\n\n'

/**
 * The document with the texts of pages that had none of their own, by page. Everything that was there keeps its order; offsets follow.
 */
export const insertPageTexts = (document: DocumentText, texts: ReadonlyMap<number, string>): DocumentText => {
  const given = new Map([...texts].filter(([, text]) => text.trim() !== ''))
  if (given.size === 0) return document
  let text = ''
  const pageStarts: number[] = []
  const headings: Heading[] = []
  let nextHeading = 0
  for (const [index, start] of document.pageStarts.entries()) {
    const end = document.pageStarts[index + 1] ?? document.text.length
    const content = given.get(index + 1) ?? document.text.slice(start, end).trimEnd()
    const separator = content === '' || text === '' ? '' : PAGE_SEPARATOR
    const begins = text.length + separator.length
    pageStarts.push(begins)
    for (; (document.headings[nextHeading]?.offset ?? Number.POSITIVE_INFINITY) < end; nextHeading++) {
      const heading = document.headings[nextHeading]
      if (heading) headings.push({ ...heading, offset: heading.offset - start + begins })
    }
    text += separator + content
  }
  return { text, headings, pageStarts }
}
