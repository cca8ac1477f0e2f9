import { resolve } from 'node:path'
import { Value } from '@sinclair/typebox/value'
import { ChildMessage, type ChildOptions } from './child-messages.ts'
import { DOCUMENT_CHARACTERS_MAX, DocumentUnreadableError, READ_MEMORY_BYTES_MAX } from './errors.ts'
import type { MediaType } from './media-types.ts'
import { watchMemory } from './watch-memory.ts'

const CHILD = resolve(import.meta.dir, 'read-child.ts')
/** The child's lines hold pieces that are far shorter, unless one has headings that are not. */
const LINE_CHARACTERS_MAX = 2 * DOCUMENT_CHARACTERS_MAX

/** Starts a process that reads a document; see read-child.ts. Dispose of it: it is dead then. */
export const startReadingChild = (
  file: { path: string; mediaType: MediaType },
  options: { told: ChildOptions; signal: AbortSignal; memoryBytesMax?: number | undefined },
) => {
  const told = JSON.stringify(options.told)
  const child = Bun.spawn([process.execPath, '--no-env-file', CHILD, resolve(file.path), file.mediaType, told], {
    cwd: '/',
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
    env: {},
    killSignal: 'SIGKILL',
    signal: options.signal,
  })
  const kill = () => child.kill('SIGKILL')
  const memory = watchMemory(child.pid, options.memoryBytesMax ?? READ_MEMORY_BYTES_MAX, kill)
  return {
    messages: messagesOf(child.stdout),
    kill,
    /** True once it was ended because it held too much memory. */
    get exceededMemory() {
      return memory.exceeded
    },
    /** Lets it hand over the next picture. */
    acknowledge(): void {
      try {
        child.stdin.write('\n')
        child.stdin.flush()
      } catch {
        // It died; its messages end.
      }
    },
    async [Symbol.asyncDispose]() {
      memory.stop()
      kill()
      await child.exited
    },
  }
}

async function* messagesOf(output: ReadableStream<Uint8Array>): AsyncGenerator<ChildMessage> {
  const decoder = new TextDecoder()
  const parts: string[] = []
  let pending = 0
  for await (const bytes of output) {
    const lines = decoder.decode(bytes, { stream: true }).split('\n')
    const last = lines.pop() ?? ''
    for (const line of lines) {
      const message: unknown = JSON.parse(parts.join('') + line)
      parts.length = pending = 0
      if (!Value.Check(ChildMessage, message)) throw new Error('The reading process said something unknown.')
      yield message
    }
    parts.push(last)
    pending += last.length
    if (pending > LINE_CHARACTERS_MAX) throw new DocumentUnreadableError('tooLarge')
  }
}
