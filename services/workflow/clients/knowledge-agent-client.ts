import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import { readLines } from '#shared/http/read-lines.ts'
import type { KnowledgeAgentFrame, KnowledgeAgentSource } from '../engine/flow-services.ts'
import { KnowledgeAgentCallError } from '../errors.ts'

const DATA_PREFIX = 'data:'
const DONE = '[DONE]'
const HTTP_NOT_FOUND = 404

const Answer = Type.Object({ content_type: Type.Literal('answer'), content: Type.String() })
const Metadata = Type.Object({ content_type: Type.Literal('knowledge_metadata'), content: Type.Unknown() })
const Refusal = Type.Object({ code: Type.Integer(), message: Type.String() })

/**
 * Asks the knowledge service's answering route through the gateway's internal socket.
 * @param appId whose bases may be read: the app that owns the flow, because its author chose the bases
 */
export const createKnowledgeAgentClient = (gatewayPath: string, appId: string): KnowledgeAgentSource => ({
  async *answer({ body, signal }) {
    const response = await fetch('http://gateway/knowledge/v1/agent/achat', {
      unix: gatewayPath,
      method: 'POST',
      headers: { 'content-type': 'application/json', [CALLER_HEADER]: 'app', [APP_HEADER]: appId },
      body: JSON.stringify(body),
      signal,
    }).catch((error: unknown) => {
      if (signal.aborted) throw signal.reason
      throw new KnowledgeAgentCallError(error instanceof Error ? error.message : String(error), error)
    })
    if (!response.headers.get('content-type')?.startsWith('text/event-stream') || !response.body) {
      throw await toRefusal(response)
    }
    for await (const line of readLines(response.body, () => new KnowledgeAgentCallError('a frame is too long'))) {
      if (!line.startsWith(DATA_PREFIX)) continue
      const data = line.slice(DATA_PREFIX.length).trim()
      if (data === DONE) return
      const frame = parseFrame(data)
      if (frame) yield frame
    }
    throw new KnowledgeAgentCallError('the answer ended in its middle')
  },
})

const toRefusal = async (response: Response): Promise<KnowledgeAgentCallError> => {
  const body: unknown = await response.json().catch(() => undefined)
  if (response.status === HTTP_NOT_FOUND) {
    return new KnowledgeAgentCallError('it does not offer deep search and long answers in this installation')
  }
  if (Value.Check(Refusal, body)) return new KnowledgeAgentCallError(`${body.code} ${body.message}`)
  return new KnowledgeAgentCallError(`HTTP status ${response.status} instead of a stream`)
}

/** Undefined for frames of a content type that nobody reads. */
const parseFrame = (data: string): KnowledgeAgentFrame | undefined => {
  let frame: unknown
  try {
    frame = JSON.parse(data)
  } catch (error) {
    throw new KnowledgeAgentCallError('a frame is no JSON', error)
  }
  if (Value.Check(Answer, frame) || Value.Check(Metadata, frame)) return frame
  if (Value.Check(Refusal, frame) && frame.code !== 0) {
    throw new KnowledgeAgentCallError(`${frame.code} ${frame.message}`)
  }
  return undefined
}
