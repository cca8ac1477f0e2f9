const NEWLINE = 10

/** Reads a stream line by line. */
export interface LineReader {
  /** The next line without its end; undefined when the stream is over or the line is longer than `bytesMax`. One caller at a time. */
  next(bytesMax: number): Promise<string | undefined>
}

export const createLineReader = (stream: ReadableStream<Uint8Array>): LineReader => {
  const reader = stream.getReader()
  let rest: Uint8Array = new Uint8Array(0)

  const takeChunk = async (): Promise<Uint8Array | undefined> => {
    if (rest.length === 0) return (await reader.read()).value
    const chunk = rest
    rest = new Uint8Array(0)
    return chunk
  }

  return {
    async next(bytesMax) {
      const parts: Uint8Array[] = []
      let size = 0
      for (let chunk = await takeChunk(); chunk; chunk = await takeChunk()) {
        const end = chunk.indexOf(NEWLINE)
        const part = end < 0 ? chunk : chunk.subarray(0, end)
        parts.push(part)
        size += part.length
        if (end >= 0) rest = chunk.subarray(end + 1)
        if (size > bytesMax) return undefined
        if (end >= 0) return Buffer.concat(parts).toString('utf8')
      }
      return undefined
    },
  }
}
