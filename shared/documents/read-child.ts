/**
 * A process of its own that reads one document: a file made to hurt costs this process its life and not the worker's. Usage:
 * `bun read-child.ts <file> <media type>`; speaks child-messages.ts on standard output. It ends when standard input does, so it never
 * outlives its worker.
 */
import type { ChildMessage } from './child-messages.ts'
import { DocumentUnreadableError, READ_MEMORY_BYTES_MAX } from './errors.ts'
import { type DocumentReader, loadReader } from './load-reader.ts'
import { createTextWriter } from './text-writer.ts'

const REASON_CHARACTERS = 200

const say = (message: ChildMessage) =>
  new Promise<void>((resolve) => process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve()))

const leash = async () => {
  for await (const _ of Bun.stdin.stream());
  process.exit(0)
}

/** The parent looks too, where the system lets it. */
const checkMemory = () => {
  if (process.memoryUsage.rss() > READ_MEMORY_BYTES_MAX) throw new DocumentUnreadableError('tooSlow')
}

const read = async (path: string, reader: DocumentReader): Promise<ChildMessage> => {
  const writer = createTextWriter({
    text(piece) {
      checkMemory()
      void say({ type: 'text', ...piece })
    },
    progress(read, count) {
      checkMemory()
      void say({ type: 'progress', read, count })
    },
  })
  await reader.read(await Bun.file(path).bytes(), writer)
  writer.finish()
  return { type: 'end' }
}

const toFailure = (error: unknown, reader: DocumentReader): ChildMessage => {
  if (error instanceof DocumentUnreadableError) {
    const { reason } = error.details
    return { type: 'failed', why: error.why, ...(typeof reason === 'string' ? { reason } : {}) }
  }
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, REASON_CHARACTERS)
  return { type: 'failed', why: reader.whyBroken(error), reason }
}

void leash()
const [path = '', mediaType = ''] = process.argv.slice(2)
const reader = await loadReader(mediaType)
await say(await read(path, reader).catch((error: unknown) => toFailure(error, reader)))
process.exit(0)
