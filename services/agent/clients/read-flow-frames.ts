import { readLines } from '#shared/http/read-lines.ts'
import { SourceError } from '../errors.ts'
import { type FlowFrame, readFlowFrame } from './read-flow-frame.ts'

const DATA_PREFIX = 'data:'

/** The frames of a flow's answer up to the last one. Throws SourceError for what is no frame and for an answer that ends in its middle. */
export async function* readFlowFrames(body: ReadableStream<Uint8Array>): AsyncGenerator<FlowFrame> {
  for await (const line of readLines(body, () => new SourceError('unreadable', 'A frame is too long.'))) {
    // A refusal comes as one line of JSON without a prefix.
    const data = (line.startsWith(DATA_PREFIX) ? line.slice(DATA_PREFIX.length) : line).trim()
    if (data === '' || data === '[DONE]' || data.startsWith(':')) continue
    const frame = readFlowFrame(data)
    yield frame
    if (frame.last) return
  }
  throw new SourceError('unreadable', 'The flow’s answer ended in its middle.')
}
