import { createParser } from 'eventsource-parser'
import { ModelError } from '../model-error.ts'

/** What ends a stream of OpenAI's protocol. */
export const DONE = '[DONE]'

type AnswerItem = Record<string, unknown> | typeof DONE

/**
 * Takes the text of an answer apart: the data of server-sent events, bare JSON lines between them (some gateways report errors so), or one
 * whole JSON document when the provider does not stream although it was asked to. The content type is not looked at: both kinds come under
 * either. Throws MODEL_BAD_ANSWER for anything else.
 */
export interface AnswerParser {
  feed(text: string): AnswerItem[]
  end(): AnswerItem[]
}

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
    end: () => (isDocument ? parseDocument(document) : events.feed('\n\n')),
  }
}

const createEventParser = () => {
  let ready: AnswerItem[] = []
  const parser = createParser({
    onEvent: ({ data }) => ready.push(...parseLine(data)),
    onError: ({ line = '' }) => {
      if (line.trimStart().startsWith('{')) ready.push(...parseLine(line))
    },
  })
  return {
    feed(text: string): AnswerItem[] {
      parser.feed(text)
      const taken = ready
      ready = []
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

const badAnswer = (cause?: unknown): ModelError =>
  new ModelError('MODEL_BAD_ANSWER', 'The model answered with something that is not the chat-completions protocol.', {
    cause,
  })
