/** The data of each server-sent event of a response, in order (WHATWG HTML, section 9.2.6, without ids and names). */
export async function* readEvents(response) {
  let data = []
  for await (const line of readLines(response)) {
    if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
    if (line !== '') continue
    if (data.length > 0) yield data.join('\n')
    data = []
  }
}

/** A carriage return at the end of a piece may be half of a line break: it waits for the next piece. */
const LINE_BREAK = /\r\n|\n|\r(?!$)/

async function* readLines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const lines = (rest + value).split(LINE_BREAK)
      rest = lines.pop()
      yield* lines
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
