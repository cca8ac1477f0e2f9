/** Signature, flags and extension length that open a binary COPY (PostgreSQL documentation, "COPY", "Binary Format"). */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const TRAILER_BYTES = 2
const COLUMNS = 4
/** Column count, then length and value of run_id, seq and n, then the length of the body. */
const ROW_FIXED_BYTES = 2 + 4 + 8 + 4 + 4 + 4 + 4 + 4
/** A UTF-16 code unit becomes at most three bytes of UTF-8. */
const UTF8_BYTES_PER_UNIT_MAX = 3
const FIRST_BYTES = 64 * 1024
/** A buffer that one large flush needed is not kept for the small ones after it. */
const KEEP_BYTES_MAX = 4 * 1024 * 1024

/** Writes rows (run_id bigint, seq int, n int, body bytea) as a binary COPY into one buffer that is used again and again. */
export interface CopyEncoder {
  begin(): void
  row(row: { runId: string; seq: number; n: number; body: string | Uint8Array }): void
  /** The whole COPY; valid until the next `begin`. */
  end(): Uint8Array
}

export const createCopyEncoder = (): CopyEncoder => {
  let buffer = Buffer.allocUnsafe(FIRST_BYTES)
  let length = 0

  const reserve = (bytes: number) => {
    if (length + bytes <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes))
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }

  const int32 = (value: number) => {
    length = buffer.writeInt32BE(value, length)
  }

  const writeBody = (body: string | Uint8Array) => {
    const at = length + 4
    const bytes = typeof body === 'string' ? buffer.write(body, at, 'utf8') : body.length
    if (typeof body !== 'string') buffer.set(body, at)
    int32(bytes)
    length += bytes
  }

  return {
    begin() {
      if (buffer.length > KEEP_BYTES_MAX) buffer = Buffer.allocUnsafe(FIRST_BYTES)
      length = HEADER.copy(buffer, 0)
    },
    row({ runId, seq, n, body }) {
      const bodyBytesMax = typeof body === 'string' ? body.length * UTF8_BYTES_PER_UNIT_MAX : body.length
      reserve(ROW_FIXED_BYTES + bodyBytesMax + TRAILER_BYTES)
      length = buffer.writeInt16BE(COLUMNS, length)
      int32(8)
      length = buffer.writeBigInt64BE(BigInt(runId), length)
      int32(4)
      int32(seq)
      int32(4)
      int32(n)
      writeBody(body)
    },
    end() {
      length = buffer.writeInt16BE(-1, length)
      return buffer.subarray(0, length)
    },
  }
}
