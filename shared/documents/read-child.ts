/**
 * A process of its own that reads one document: a file made to hurt costs this process its life and not the worker's. Usage:
 * `bun read-child.ts <file> <media type> <options>`; speaks child-messages.ts on standard output. It ends when standard input does, so it never
 * outlives its worker.
 */
import { Value } from '@sinclair/typebox/value'
import { type ChildMessage, ChildOptions } from './child-messages.ts'
import { DocumentUnreadableError, READ_MEMORY_BYTES_MAX } from './errors.ts'
import { type DocumentReader, loadReader } from './load-reader.ts'
import type { PageSink } from './page-sink.ts'
import { createTextWriter } from './text-writer.ts'

const REASON_CHARACTERS = 200

const say = (message: ChildMessage) =>
  new Promise<void>((resolve) => process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve()))

let pictureTaken: () => void = () => undefined

const followParent = async () => {
  for await (const _ of Bun.stdin.stream()) pictureTaken()
  process.exit(0)
}

/** The parent looks too, where the system lets it. */
const checkMemory = () => {
  if (process.memoryUsage.rss() > READ_MEMORY_BYTES_MAX) throw new DocumentUnreadableError('tooSlow')
}

const createPageSink = ({ firstPage, takesImages, knownPages }: ChildOptions): PageSink => {
  const known = new Set(knownPages)
  return {
    firstPage,
    takesImages,
    isKnown: (page) => known.has(page),
    failed(page, why, reason) {
      void say({ type: 'page-failed', page, why, ...(reason ? { reason: reason.slice(0, REASON_CHARACTERS) } : {}) })
    },
    async image(page, { mediaType, bytes }) {
      const taken = new Promise<void>((resolve) => {
        pictureTaken = resolve
      })
      await say({ type: 'page-image', page, mediaType, base64: Buffer.from(bytes).toString('base64') })
      await taken
    },
  }
}

const read = async (path: string, reader: DocumentReader, options: ChildOptions): Promise<ChildMessage> => {
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
  await reader.read(await Bun.file(path).bytes(), writer, createPageSink(options))
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

void followParent()
const [path = '', mediaType = '', options = '{}'] = process.argv.slice(2)
const reader = await loadReader(mediaType)
const told = Value.Decode(ChildOptions, JSON.parse(options))
await say(await read(path, reader, told).catch((error: unknown) => toFailure(error, reader)))
process.exit(0)
