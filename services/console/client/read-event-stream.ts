import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { OrreryError } from './orrery-error.ts'

/** One line of ours may hold a whole document's text; a stream without any line break is none of ours. */
const LINE_CHARACTERS_MAX = 16_777_216

/**
 * The server-sent events of an answer, one by one; comments and keep-alives are left out. Stopping early closes the connection.
 * @throws OrreryError `STREAM_BROKEN` when the connection ends in the middle of an event or fails
 */
export async function* readEventStream(response: Response, signal?: AbortSignal): AsyncGenerator<EventSourceMessage> {
  if (!response.body) return
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  const events: EventSourceMessage[] = []
  let openCharacters = 0
  const parser = createParser({ onEvent: (event) => void events.push(event) })
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        if (signal?.aborted) throw error
        throw broken(error)
      })
      if (done) return
      const text = decoder.decode(value, { stream: true })
      openCharacters = /[\r\n]/.test(text) ? text.length - 1 - lastBreak(text) : openCharacters + text.length
      if (openCharacters > LINE_CHARACTERS_MAX) throw broken(undefined)
      parser.feed(text)
      yield* events.splice(0)
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

const lastBreak = (text: string): number => Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'))

const broken = (cause: unknown): OrreryError =>
  new OrreryError({
    code: 'STREAM_BROKEN',
    message: 'The stream broke off.',
    remedy: 'What was started goes on: follow it with runs.events, which connects again by itself.',
    status: 200,
    cause,
  })
