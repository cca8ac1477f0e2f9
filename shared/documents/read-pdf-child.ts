/**
 * A process of its own that reads one PDF: a file made to hurt costs this process its life and not the worker's. Usage:
 * `bun read-pdf-child.ts <file> <most pages>`; speaks pdf-messages.ts on standard output. It ends when standard input does, so it never
 * outlives its worker.
 */
import { getDocumentProxy } from 'unpdf'
import { joinPageText, type TextItem } from './page-text.ts'
import type { PdfMessage } from './pdf-messages.ts'

/** Looked at between pages. */
const MEMORY_BYTES_MAX = 1_500_000_000

const say = (message: PdfMessage) =>
  new Promise<void>((resolve) => process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve()))

const leash = async () => {
  for await (const _ of Bun.stdin.stream());
  process.exit(0)
}

const read = async (path: string, pagesMax: number): Promise<PdfMessage> => {
  // verbosity 0: the parser prints its warnings to standard output.
  const pdf = await getDocumentProxy(await Bun.file(path).bytes(), { verbosity: 0 })
  if (pdf.numPages > pagesMax) return { type: 'failed', why: 'tooManyPages' }
  await say({ type: 'pages', count: pdf.numPages })
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number)
    const { items } = await page.getTextContent()
    await say({ type: 'page', number, text: joinPageText(items.flatMap(toTextItem)) })
    page.cleanup()
    if (process.memoryUsage.rss() > MEMORY_BYTES_MAX) return { type: 'failed', why: 'tooSlow' }
  }
  return { type: 'end' }
}

/** The parser's items: text pieces, and marks of tagged content, which say nothing here. */
const toTextItem = (item: object): TextItem[] => {
  if (!('str' in item && 'transform' in item && 'height' in item && 'hasEOL' in item)) return []
  const transform = item.transform as number[]
  // The transform's second column scales letters; `height` is 0 for items that only break a line.
  const height = Number(item.height) || Math.hypot(transform[2] ?? 0, transform[3] ?? 0)
  return [{ text: String(item.str), y: transform[5] ?? 0, height, endsLine: Boolean(item.hasEOL) }]
}

void leash()
const [path = '', pagesMax = '0'] = process.argv.slice(2)
const last = await read(path, Number(pagesMax)).catch((error: unknown): PdfMessage => {
  const name = error instanceof Error ? error.name : ''
  return { type: 'failed', why: name === 'PasswordException' ? 'pdfEncrypted' : 'pdfBroken' }
})
await say(last)
process.exit(0)
