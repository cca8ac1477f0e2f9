import { type AnswerParser, DONE } from './answer-parser.ts'
import type { AnswerPart, AnswerReader } from './answer-part.ts'

/**
 * Reads an answer that is made of JSON objects.
 * @param read one object; undefined when it says nothing, not even that the model is alive
 * @param isLast true for the object after which nothing comes (besides `[DONE]`)
 */
export const createItemReader = (
  parser: AnswerParser,
  read: (object: Record<string, unknown>) => AnswerPart | undefined,
  isLast: (object: Record<string, unknown>) => boolean = () => false,
): AnswerReader => {
  let isDone = false

  const readAll = (items: ReturnType<AnswerParser['feed']>): AnswerPart[] => {
    const parts: AnswerPart[] = []
    for (const item of items) {
      if (isDone) break
      if (item === DONE) isDone = true
      else {
        const part = read(item)
        if (part) parts.push(part)
        isDone = isLast(item)
      }
    }
    return parts
  }

  return {
    get isDone() {
      return isDone
    },
    feed: (text) => readAll(parser.feed(text)),
    end: () => readAll(parser.end()),
  }
}
