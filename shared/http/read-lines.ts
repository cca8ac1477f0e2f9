/** A longer line is no frame of any service. */
const LINE_CHARS_MAX = 16 * 1024 * 1024

/** The lines of a streamed body, without their line ends. Throws what `tooLong` makes when one is longer than 16 Mi characters. */
export async function* readLines(body: ReadableStream<Uint8Array>, tooLong: () => Error): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LINE_CHARS_MAX) throw tooLong()
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line
  }
  if (rest !== '') yield rest
}
