import { resolve } from 'node:path'
import { Value } from '@sinclair/typebox/value'
import type { DocumentText } from './document-text.ts'
import { DOCUMENT_CHARACTERS_MAX, DOCUMENT_PAGES_MAX, DocumentUnreadableError, READ_MS_MAX } from './errors.ts'
import { PdfMessage } from './pdf-messages.ts'

export interface ReadPdfOptions {
  /** Told after every page. */
  onPage?: (progress: { read: number; count: number }) => void
  signal?: AbortSignal | undefined
}

const CHILD = resolve(import.meta.dir, 'read-pdf-child.ts')
const PAGE_SEPARATOR = '\n\n'

/** The text of a PDF with where its pages begin, read by a child process. Throws DocumentUnreadableError. */
export const readPdf = async (path: string, options: ReadPdfOptions = {}): Promise<DocumentText> => {
  const deadline = AbortSignal.timeout(READ_MS_MAX)
  const child = Bun.spawn([process.execPath, CHILD, path, String(DOCUMENT_PAGES_MAX)], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
    env: {},
    killSignal: 'SIGKILL',
    signal: options.signal ? AbortSignal.any([options.signal, deadline]) : deadline,
  })
  try {
    const pages = await collectPages(child.stdout, options)
    if (pages === 'died') {
      options.signal?.throwIfAborted()
      throw new DocumentUnreadableError(deadline.aborted ? 'tooSlow' : 'pdfBroken')
    }
    return toDocumentText(pages)
  } finally {
    child.kill('SIGKILL')
    await child.exited
  }
}

const collectPages = async (
  output: ReadableStream<Uint8Array>,
  options: ReadPdfOptions,
): Promise<string[] | 'died'> => {
  const pages: string[] = []
  let count = 0
  let characters = 0
  for await (const message of messagesOf(output)) {
    if (message.type === 'failed') throw new DocumentUnreadableError(message.why)
    if (message.type === 'end') return pages
    if (message.type === 'pages') {
      count = message.count
      continue
    }
    pages.push(message.text)
    characters += message.text.length
    if (characters > DOCUMENT_CHARACTERS_MAX) throw new DocumentUnreadableError('tooLarge')
    options.onPage?.({ read: pages.length, count })
  }
  return 'died'
}

async function* messagesOf(output: ReadableStream<Uint8Array>): AsyncGenerator<PdfMessage> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of output) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const message: unknown = JSON.parse(line)
      if (!Value.Check(PdfMessage, message)) throw new Error('The reading process said something unknown.')
      yield message
    }
  }
}

const toDocumentText = (pages: readonly string[]): DocumentText => {
  if (pages.every((page) => page.trim() === '')) throw new DocumentUnreadableError('pdfWithoutText')
  const pageStarts: number[] = []
  let text = ''
  for (const page of pages) {
    if (pageStarts.length > 0) text += PAGE_SEPARATOR
    pageStarts.push(text.length)
    text += page.replaceAll('\0', '').toWellFormed()
  }
  return { text, headings: [], pageStarts }
}
