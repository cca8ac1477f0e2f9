import { resolve } from 'node:path'
import { Value } from '@sinclair/typebox/value'
import { ChildMessage } from './child-messages.ts'
import type { DocumentText } from './document-text.ts'
import {
  DOCUMENT_CHARACTERS_MAX,
  DocumentUnreadableError,
  isUnreadableReason,
  READ_MEMORY_BYTES_MAX,
  READ_MS_MAX,
} from './errors.ts'
import type { MediaType } from './media-types.ts'
import { watchMemory } from './watch-memory.ts'

export interface ReadOptions {
  /** Told after every page of a PDF and every slide; nothing for files whose pages are not known before they are read. */
  onPage?: (progress: { read: number; count: number }) => void
  signal?: AbortSignal | undefined
  /** READ_MS_MAX and READ_MEMORY_BYTES_MAX unless given. */
  limits?: { msMax?: number; memoryBytesMax?: number }
}

const CHILD = resolve(import.meta.dir, 'read-child.ts')
/** The child's lines hold pieces that are far shorter, unless one has headings that are not. */
const LINE_CHARACTERS_MAX = 2 * DOCUMENT_CHARACTERS_MAX

/** The text of a document, read by a child process with limited time and memory. Throws DocumentUnreadableError. */
export const readInChild = async (
  file: { path: string; mediaType: MediaType },
  { onPage, signal, limits = {} }: ReadOptions = {},
): Promise<DocumentText> => {
  const deadline = AbortSignal.timeout(limits.msMax ?? READ_MS_MAX)
  const child = Bun.spawn([process.execPath, '--no-env-file', CHILD, resolve(file.path), file.mediaType], {
    cwd: '/',
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
    env: {},
    killSignal: 'SIGKILL',
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
  })
  const memory = watchMemory(child.pid, limits.memoryBytesMax ?? READ_MEMORY_BYTES_MAX, () => child.kill('SIGKILL'))
  try {
    const document = await collect(child.stdout, onPage)
    if (document) return document
    signal?.throwIfAborted()
    if (deadline.aborted || memory.exceeded) throw new DocumentUnreadableError('tooSlow')
    throw new DocumentUnreadableError(file.mediaType === 'application/pdf' ? 'pdfBroken' : 'broken', {
      reason: 'the reading process ended early',
    })
  } finally {
    memory.stop()
    child.kill('SIGKILL')
    await child.exited
  }
}

/** Undefined when the child ends before the document does. */
const collect = async (
  output: ReadableStream<Uint8Array>,
  onPage: ReadOptions['onPage'],
): Promise<DocumentText | undefined> => {
  const document: DocumentText = { text: '', headings: [], pageStarts: [] }
  for await (const message of messagesOf(output)) {
    if (message.type === 'failed') throw toError(message)
    if (message.type === 'end') return document
    if (message.type === 'progress') {
      onPage?.({ read: message.read, count: message.count })
      continue
    }
    document.text += message.text
    for (const heading of message.headings) document.headings.push(heading)
    for (const start of message.pageStarts) document.pageStarts.push(start)
    if (document.text.length > DOCUMENT_CHARACTERS_MAX) throw new DocumentUnreadableError('tooLarge')
  }
  return undefined
}

const toError = ({ why, reason }: { why: string; reason?: string }): Error => {
  if (!isUnreadableReason(why)) return new Error('The reading process gave an unknown reason.')
  return new DocumentUnreadableError(why, reason === undefined ? {} : { reason })
}

async function* messagesOf(output: ReadableStream<Uint8Array>): AsyncGenerator<ChildMessage> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of output) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LINE_CHARACTERS_MAX) throw new DocumentUnreadableError('tooLarge')
    for (const line of lines) {
      const message: unknown = JSON.parse(line)
      if (!Value.Check(ChildMessage, message)) throw new Error('The reading process said something unknown.')
      yield message
    }
  }
}
