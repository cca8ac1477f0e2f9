import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import type { KnowledgeQuery, KnowledgeSource } from '../engine/flow-services.ts'
import { KnowledgeCallError } from '../errors.ts'

/** The wire's envelope of `chunk/query`. */
const Answer = Type.Object({
  code: Type.Integer(),
  message: Type.String(),
  data: Type.Optional(Type.Union([Type.Object({ results: Type.Optional(Type.Array(Type.Unknown())) }), Type.Null()])),
})
type Answer = Static<typeof Answer>

/**
 * Asks the knowledge service through the gateway's internal socket.
 * @param gatewayPath unix socket that trusts the caller headers
 * @param appId whose bases may be read: the app that owns the flow, because its author chose the bases
 */
export const createKnowledgeClient = (gatewayPath: string, appId: string): KnowledgeSource => ({
  async query(request) {
    const answer = await post(gatewayPath, appId, request)
    if (answer.code !== 0) throw new KnowledgeCallError(`${answer.code} ${answer.message}`)
    return answer.data?.results ?? []
  },
})

const post = async (gatewayPath: string, appId: string, request: KnowledgeQuery): Promise<Answer> => {
  const { query, topN, ragType, repoIds, docIds, flowId, threshold, history, signal } = request
  let answer: unknown
  try {
    const response = await fetch('http://gateway/knowledge/v1/chunk/query', {
      unix: gatewayPath,
      method: 'POST',
      headers: { 'content-type': 'application/json', [CALLER_HEADER]: 'app', [APP_HEADER]: appId },
      body: JSON.stringify({
        query,
        topN,
        ragType,
        match: { repoId: repoIds, docIds, flowId, threshold },
        history,
      }),
      signal,
    })
    answer = await response.json()
  } catch (error) {
    signal.throwIfAborted()
    throw new KnowledgeCallError(error instanceof Error ? error.message : String(error), error)
  }
  if (!Value.Check(Answer, answer)) throw new KnowledgeCallError('its answer has an unknown shape')
  return answer
}
