/** Reads streams of a child process to their end in the background, so that it never blocks on a full pipe; returns all that came so far. */
export const collectOutput = (streams: ReadableStream<Uint8Array>[]): (() => string) => {
  let text = ''
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const bytes of stream) text += decoder.decode(bytes, { stream: true })
  }
  for (const stream of streams) read(stream).catch((error: unknown) => (text += `\n(output lost: ${String(error)})\n`))
  return () => text
}
