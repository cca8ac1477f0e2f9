import { readHtml } from './read-html.ts'
import type { Block } from './text-writer.ts'

/** The visible text of an HTML page as blocks: each heading one, and what is between them. */
export const htmlBlocks = async (html: string): Promise<Block[]> => {
  const { text, headings } = await readHtml(html)
  const blocks: Block[] = []
  let at = 0
  for (const { offset, level, title } of headings) {
    blocks.push({ text: text.slice(at, offset).trim() }, { text: title, level })
    at = offset + title.length
  }
  blocks.push({ text: text.slice(at).trim() })
  return blocks.filter((block) => block.text !== '')
}
