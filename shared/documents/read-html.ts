import type { DocumentText } from './document-text.ts'
import { tellTables } from './html-table-text.ts'
import { createTableTracker } from './html-table-tracker.ts'
import { NAMED_CHARACTERS } from './named-characters.ts'

const INVISIBLE = 'script, style, noscript, template, svg, iframe'
const BLOCKS =
  'p, div, section, article, main, header, footer, nav, aside, li, tr, table, ul, ol, dl, dt, dd, pre, blockquote, figure, form, title, h1, h2, h3, h4, h5, h6'

/** What a table says that puts a page in order (WAI-ARIA 1.2). */
const LAYOUT_ROLES: ReadonlySet<string> = new Set(['presentation', 'none'])

/** Stands before a heading's level while the text is put together; no page holds it. */
const HEADING_MARK = '\u0001'

/** The visible text of an HTML page: blocks become paragraphs, h1-h6 headings, tables of values Markdown rows. */
export const readHtml = async (html: string): Promise<DocumentText> => {
  let text = ''
  let hidden = 0
  const tracker = createTableTracker()
  await new HTMLRewriter()
    .on(INVISIBLE, {
      element(element) {
        if (!element.canHaveContent || element.selfClosing) return
        hidden += 1
        element.onEndTag(() => {
          hidden -= 1
        })
      },
    })
    .on(BLOCKS, {
      element(element) {
        const level = /^h([1-6])$/i.exec(element.tagName)?.[1]
        text += level ? `\n\n${HEADING_MARK}${level}` : '\n\n'
        if (level) tracker.heading()
        if (element.canHaveContent && !element.selfClosing) {
          element.onEndTag(() => {
            text += '\n\n'
          })
        }
      },
    })
    .on('table', {
      element(element) {
        if (!element.canHaveContent || element.selfClosing) return
        const table = tracker.openTable(LAYOUT_ROLES.has(element.getAttribute('role')?.trim().toLowerCase() ?? ''))
        element.onEndTag(() => tracker.closeTable(table, text.length))
      },
    })
    .on('caption', { element: () => tracker.caption() })
    .on('thead, tbody, tfoot', {
      element(element) {
        tracker.setHead(element.tagName === 'thead')
        if (element.tagName === 'thead' && !element.selfClosing) element.onEndTag(() => tracker.setHead(false))
      },
    })
    .on('tr', { element: () => tracker.openRow(text.length) })
    .on('br, td, th', {
      element({ tagName }) {
        text += tagName === 'br' ? '\n' : ' '
        if (tagName !== 'br') tracker.openCell(text.length, tagName === 'th')
      },
    })
    .on('td[colspan], th[colspan], td[rowspan], th[rowspan]', {
      element: (cell) => tracker.spanCell(cell.getAttribute('colspan'), cell.getAttribute('rowspan')),
    })
    .onDocument({
      text(chunk) {
        if (hidden === 0) text += chunk.text.replaceAll(HEADING_MARK, '')
      },
    })
    .transform(new Response(html))
    .text()
  const between = (start: number, end: number) => decodeEntities(text.slice(start, end))
  const cellText = (start: number, end: number) =>
    between(start, end).replaceAll(ANY_HEADING, ' ').replaceAll(/\s+/g, ' ').trim()
  let whole = ''
  let at = 0
  for (const table of tellTables(tracker.tables(), cellText)) {
    whole += `${between(at, table.start)}\n\n${table.text}\n\n`
    at = table.end
  }
  return takeHeadings(tidy(whole + between(at, text.length)))
}

const ANY_HEADING = new RegExp(`${HEADING_MARK}[1-6]`, 'g')
const EMPTY_HEADING = new RegExp(`${HEADING_MARK}[1-6](?=\\n)`, 'g')

const tidy = (text: string): string =>
  text
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(EMPTY_HEADING, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()

const takeHeadings = (marked: string): DocumentText => {
  const headings: DocumentText['headings'] = []
  const lines: string[] = []
  let offset = 0
  for (const line of marked.split('\n')) {
    const isHeading = line.startsWith(HEADING_MARK)
    const visible = isHeading ? line.slice(2).trim() : line
    if (isHeading && visible !== '') headings.push({ offset, level: Number(line[1]), title: visible })
    lines.push(visible)
    offset += visible.length + 1
  }
  return { text: lines.join('\n'), headings, pageStarts: [] }
}

const decodeEntities = (text: string): string =>
  text.replaceAll(/&(#x?)?([0-9a-z]{1,8});/gi, (whole: string, numeric: string | undefined, body: string) => {
    if (!numeric) return NAMED_CHARACTERS.get(body) ?? NAMED_CHARACTERS.get(body.toLowerCase()) ?? whole
    const point = Number.parseInt(body, numeric.length === 2 ? 16 : 10)
    return point > 1 && point <= 0x10ffff ? String.fromCodePoint(point) : ''
  })
