/**
 * Reads a stream as text. Calls `exceeded` once when it is longer than `bytesMax` and gives what fits; the rest is read and dropped, so that its
 * writer is not held up.
 */
export const readLimited = async (
  stream: ReadableStream<Uint8Array>,
  bytesMax: number,
  exceeded: () => void,
): Promise<string> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    if (size <= bytesMax) chunks.push(chunk.subarray(0, bytesMax - size))
    if (size <= bytesMax && size + chunk.length > bytesMax) exceeded()
    size += chunk.length
  }
  return Buffer.concat(chunks).toString('utf8')
}
