/** A stream that has nothing to say for this long gets its head sent. */
const HEAD_MS = 100

/** A line without content, which readers of event streams pass over (WHATWG HTML, section 9.2.6), those that know no comments too. */
const BLANK_LINE = '\n'

/**
 * The events of a stream, with a blank line before them when the first one is late. The server sends the head of a response with its first byte, and a
 * gateway can only go on with a stream whose head it has: without this, one that begins with a long thought or a tool would be lost with its worker.
 */
export async function* withEarlyHead(events: AsyncGenerator<string>, headMs = HEAD_MS): AsyncGenerator<string> {
  const first = events.next()
  try {
    if (await isLate(first, headMs)) yield BLANK_LINE
    for (let next = await first; !next.done; next = await events.next()) yield next.value
  } finally {
    await events.return(undefined)
  }
}

/** True when something has not come after so many ms; its failure is no lateness, and is told when it is read. */
export const isLate = async (first: Promise<unknown>, headMs: number): Promise<boolean> => {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(true), headMs)
  try {
    return await Promise.race([
      late,
      first.then(
        () => false,
        () => false,
      ),
    ])
  } finally {
    clearTimeout(timer)
  }
}
