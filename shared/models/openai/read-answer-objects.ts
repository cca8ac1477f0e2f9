import { ModelError } from '../model-error.ts'
import { createAnswerParser, DONE } from './answer-parser.ts'
import type { CallClock } from './call-clock.ts'
import { ANSWER_BYTES_MAX } from './call-limits.ts'

/** The JSON objects of an answer, as they arrive, up to `[DONE]` or the end of the body. */
export async function* readAnswerObjects(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  clock: Pick<CallClock, 'beat'>,
): AsyncGenerator<Record<string, unknown>> {
  for await (const items of readItems(reader)) {
    for (const item of items) {
      // Only objects are signs of life: comments that keep the connection open are not.
      clock.beat()
      if (item === DONE) return
      yield item
    }
  }
}

async function* readItems(reader: ReadableStreamDefaultReader<Uint8Array>) {
  const parser = createAnswerParser()
  const decoder = new TextDecoder()
  let bytes = 0
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    bytes += chunk.value.byteLength
    if (bytes > ANSWER_BYTES_MAX) {
      throw new ModelError('MODEL_BAD_ANSWER', `The answer of the model is longer than ${ANSWER_BYTES_MAX} bytes.`)
    }
    yield parser.feed(decoder.decode(chunk.value, { stream: true }))
  }
  yield parser.end()
}
