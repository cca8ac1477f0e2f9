import { createParser } from 'eventsource-parser'
import { ModelError } from '../model-error.ts'
import type { CallClock } from './call-clock.ts'
import { ANSWER_BYTES_MAX } from './call-limits.ts'

const DONE = '[DONE]'

/**
 * The JSON objects of an answer, as they arrive: the data of server-sent events up to `[DONE]` or the end, bare JSON lines between them
 * (some gateways report errors so), or one whole JSON document when the provider does not stream although it was asked to. The content
 * type is not looked at: both kinds come under either.
 */
export async function* readAnswerObjects(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  clock: Pick<CallClock, 'beat'>,
): AsyncGenerator<Record<string, unknown>> {
  const events = createObjectParser()
  const decoder = new TextDecoder()
  let bytes = 0
  let isDocument: boolean | undefined
  let document = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.byteLength
    if (bytes > ANSWER_BYTES_MAX) {
      throw new ModelError('MODEL_BAD_ANSWER', `The answer of the model is longer than ${ANSWER_BYTES_MAX} bytes.`)
    }
    const text = decoder.decode(value, { stream: true })
    if (isDocument === undefined && text.trim() !== '') isDocument = /^\s*[{[]/.test(text)
    if (isDocument) {
      document += text
      continue
    }
    for (const object of events.feed(text)) {
      // Comments that only keep the connection open are no sign of an answer.
      clock.beat()
      if (object === DONE) return
      yield object
    }
  }
  if (isDocument) yield* readDocument(document)
  else for (const object of events.end()) if (object !== DONE) yield object
}

const createObjectParser = () => {
  let ready: (Record<string, unknown> | typeof DONE)[] = []
  const take = () => {
    const taken = ready
    ready = []
    return taken
  }
  const parser = createParser({
    onEvent({ data }) {
      const text = data.trim()
      if (text === '') return
      ready.push(text === DONE ? DONE : parseObject(text))
    },
    onError(error) {
      const line = error.line?.trim() ?? ''
      if (line.startsWith('{')) ready.push(parseObject(line))
    },
  })
  return {
    feed(text: string) {
      parser.feed(text)
      return take()
    },
    /** A last event without its closing blank line counts too. */
    end() {
      parser.feed('\n\n')
      return take()
    },
  }
}

/** One object, a list of one (Google), or one object a line. */
const readDocument = (text: string): Record<string, unknown>[] => {
  try {
    const value: unknown = JSON.parse(text)
    return (Array.isArray(value) ? value : [value]).map(asObject)
  } catch {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(parseObject)
  }
}

const parseObject = (text: string): Record<string, unknown> => {
  try {
    return asObject(JSON.parse(text))
  } catch (error) {
    throw error instanceof ModelError ? error : badAnswer(error)
  }
}

const asObject = (value: unknown): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badAnswer()
  return value as Record<string, unknown> // safe: checked above
}

const badAnswer = (cause?: unknown): ModelError =>
  new ModelError('MODEL_BAD_ANSWER', 'The model answered with something that is not the chat-completions protocol.', {
    cause,
  })
