import { createParser } from 'eventsource-parser'
import { ModelError } from '../model-error.ts'

/** What ends a stream of OpenAI's protocol. */
export const DONE = '[DONE]'

export type AnswerItem = Record<string, unknown> | typeof DONE

/**
 * Takes the text of an answer apart into JSON objects. Both throw MODEL_BAD_ANSWER for what is none; objects that came before it are given
 * first, and the error with the next call.
 */
export interface AnswerParser {
  feed(text: string): AnswerItem[]
  end(): AnswerItem[]
}

/**
 * The data of server-sent events, bare JSON lines between them (some gateways report errors so), or one whole JSON document when the
 * provider does not stream although it was asked to. The content type is not looked at: both kinds come under either.
 */
export const createAnswerParser = (): AnswerParser => {
  const events = createEventParser()
  /** Undefined until the first text tells. */
  let isDocument: boolean | undefined
  let document = ''
  return {
    feed(text) {
      if (isDocument === undefined && text.trim() !== '') isDocument = /^\s*[{[]/.test(text)
      if (!isDocument) return events.feed(text)
      document += text
      return []
    },
    // A last event without its closing blank line counts too.
    end() {
      if (isDocument) return parseDocument(document)
      const last = events.feed('\n\n')
      events.throwPending()
      return last
    },
  }
}

/** JSON objects, one a line. */
export const createLineParser = (): AnswerParser => {
  const collector = createCollector()
  let rest = ''
  return {
    feed(text) {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      return collector.collect(() => {
        for (const line of lines) collector.push(line)
      })
    },
    end() {
      collector.throwPending()
      return parseLine(rest)
    },
  }
}

const createEventParser = () => {
  const collector = createCollector()
  const parser = createParser({
    onEvent: ({ data }) => collector.push(data),
    onError: ({ line = '' }) => {
      if (line.trimStart().startsWith('{')) collector.push(line)
    },
  })
  return {
    feed: (text: string): AnswerItem[] => collector.collect(() => parser.feed(text)),
    throwPending: () => collector.throwPending(),
  }
}

/** Keeps what was read before an error, and the error for afterwards. */
const createCollector = () => {
  let ready: AnswerItem[] = []
  let pending: unknown
  const throwPending = () => {
    if (pending !== undefined) throw pending
  }
  return {
    throwPending,
    push(line: string): void {
      if (pending !== undefined) return
      try {
        for (const item of parseLine(line)) ready.push(item)
      } catch (error) {
        pending = error
      }
    },
    collect(read: () => void): AnswerItem[] {
      throwPending()
      read()
      const taken = ready
      ready = []
      if (taken.length === 0) throwPending()
      return taken
    },
  }
}

/** One object, a list of them (Google), or one a line. */
const parseDocument = (text: string): AnswerItem[] => {
  try {
    const value: unknown = JSON.parse(text)
    return (Array.isArray(value) ? value : [value]).map(asObject)
  } catch (error) {
    if (error instanceof ModelError) throw error
    return text.split('\n').flatMap((line) => parseLine(line.replace(/^data:/, '')))
  }
}

const parseLine = (line: string): AnswerItem[] => {
  const text = line.trim()
  if (text === '') return []
  if (text === DONE) return [DONE]
  try {
    return [asObject(JSON.parse(text))]
  } catch (error) {
    throw error instanceof ModelError ? error : badAnswer(error)
  }
}

const asObject = (value: unknown): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badAnswer()
  return value as Record<string, unknown> // safe: checked above
}

export const badAnswer = (cause?: unknown): ModelError =>
  new ModelError('MODEL_BAD_ANSWER', 'The model answered with something that is not the protocol of its provider.', {
    cause,
  })
