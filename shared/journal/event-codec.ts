import { JournalGapError } from './errors.ts'
import type { JournalEvent, SequencedEvent } from './journal.ts'

/** Shorter bodies are stored as they are: zstd would win little on them. */
const COMPRESS_ABOVE_CHARACTERS = 1024
/** Level 1 is 2-3 times as fast as the default and loses a few percent on JSON. */
const COMPRESS_LEVEL = 1
/** First four bytes of every zstd frame (RFC 8878); a JSON line starts with `{`. */
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const

const decoder = new TextDecoder()

/** One row of the journal: `n` events from number `seq` on. */
export interface StoredBatch {
  seq: number
  n: number
  body: Uint8Array
}

/** Events of one run as a row's body: JSON lines, zstd above 1 KB. Text stays text, for the encoder to write in place. */
export const encodeBody = (lines: readonly string[]): string | Uint8Array => {
  const text = lines.length === 1 ? (lines[0] ?? '') : lines.join('\n')
  return text.length > COMPRESS_ABOVE_CHARACTERS ? Bun.zstdCompressSync(text, { level: COMPRESS_LEVEL }) : text
}

/** The JSON lines of a row's body. */
export const decodeBody = (body: Uint8Array): string[] => {
  const compressed = ZSTD_MAGIC.every((byte, index) => body[index] === byte)
  return decoder.decode(compressed ? Bun.zstdDecompressSync(body) : body).split('\n')
}

/**
 * Numbered events out of a run's rows, which must be in order and reach from event `first` on without a gap.
 * Throws JournalGapError when they do not.
 */
export const decodeEvents = (runId: string, rows: readonly StoredBatch[], first: number): SequencedEvent[] => {
  const events: SequencedEvent[] = []
  let expected: number | undefined
  for (const row of rows) {
    if (expected === undefined ? row.seq > first : row.seq !== expected) {
      throw new JournalGapError(runId, expected ?? first, row.seq)
    }
    const lines = decodeBody(row.body)
    if (lines.length !== row.n) throw new JournalGapError(runId, row.seq + row.n, row.seq + lines.length)
    lines.forEach((line, index) => {
      const sequence = row.seq + index
      if (sequence >= first) events.push({ sequence, event: JSON.parse(line) as JournalEvent })
    })
    expected = row.seq + row.n
  }
  return events
}
