import { readFlowFrames } from '../clients/read-flow-frames.ts'
import { FlowFailedError } from '../errors.ts'
import { NO_USAGE } from '../loop/fold-turn.ts'
import type { AnswerDelta } from './answer-delta.ts'

/**
 * The wire's frames of a flow as if one model answered. What the flow asks of its user is the end of this answer, with the id under which the
 * next request answers it. Throws FlowFailedError when the flow failed or could not begin, SourceError when its frames end in the middle.
 */
export async function* flowDeltas(body: ReadableStream<Uint8Array>): AsyncGenerator<AnswerDelta> {
  for await (const frame of readFlowFrames(body)) {
    if (frame.code !== 0) throw new FlowFailedError(frame.code, frame.message)
    if (frame.reasoning !== '') yield { type: 'reasoning', text: frame.reasoning }
    if (frame.content !== '') yield { type: 'text', text: frame.content }
    if (!frame.last) continue
    if (frame.question !== undefined) yield { type: 'text', text: frame.question }
    const asked = frame.eventId === undefined ? {} : { eventId: frame.eventId }
    yield { type: 'finish', reason: 'stop', usage: frame.usage ?? NO_USAGE, ...asked }
  }
}
