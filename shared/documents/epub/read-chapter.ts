import { htmlBlocks } from '../html-blocks.ts'
import type { Block } from '../text-writer.ts'

/** XHTML may close these at once; as HTML they would swallow what follows. */
const CLOSED_AT_ONCE = /<(title|script|style|iframe|textarea|template|noscript|svg)\b([^<>]*)\/>/gi
const CHARACTER_DATA = /<!\[CDATA\[([\s\S]*?)\]\]>/g

/** A chapter's visible text, without the title in its head, which names the book or repeats the chapter's heading. */
export const readChapter = (xhtml: string): Promise<Block[]> =>
  htmlBlocks(withoutHead(xhtml).replaceAll(CLOSED_AT_ONCE, '<$1$2></$1>').replaceAll(CHARACTER_DATA, '$1'))

const withoutHead = (xhtml: string): string => {
  const end = /<\/head\s*>/i.exec(xhtml)
  return end ? xhtml.slice(end.index + end[0].length) : xhtml
}
