import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import { sendPatiently } from '#shared/http/send-patiently.ts'
import type { KnowledgeQuery, KnowledgeSource } from '../engine/flow-services.ts'
import { KnowledgeCallError } from '../errors.ts'

/** The wire's envelope of `chunk/query`. */
const Answer = Type.Object({
  code: Type.Integer(),
  message: Type.String(),
  data: Type.Optional(Type.Union([Type.Object({ results: Type.Optional(Type.Array(Type.Unknown())) }), Type.Null()])),
})
type Answer = Static<typeof Answer>

/** What the gateway says when it has no worker to ask. */
const Problem = Type.Object({ detail: Type.String() })

/**
 * Asks the knowledge service through the gateway's internal socket.
 * @param gatewayPath unix socket that trusts the caller headers
 * @param appId whose bases may be read: the app that owns the flow, because its author chose the bases
 */
export const createKnowledgeClient = (gatewayPath: string, appId: string): KnowledgeSource => ({
  async query(request) {
    const answer = await ask(gatewayPath, appId, request)
    if (answer.code !== 0) throw new KnowledgeCallError(`${answer.code} ${answer.message}`)
    return answer.data?.results ?? []
  },
})

/** Every error of it means that the service could not be asked, not that it refused. */
const ask = async (gatewayPath: string, appId: string, request: KnowledgeQuery): Promise<Answer> => {
  const { response, body } = await post(gatewayPath, appId, request).catch((error: unknown) => {
    if (request.signal.aborted) throw request.signal.reason
    throw new KnowledgeCallError(error instanceof Error ? error.message : String(error), error)
  })
  if (Value.Check(Answer, body)) return body
  throw new KnowledgeCallError(
    `${response.status} ${Value.Check(Problem, body) ? body.detail : 'with an unknown body'}`,
  )
}

const post = async (gatewayPath: string, appId: string, request: KnowledgeQuery) => {
  const { query, topN, ragType, repoIds, docIds, flowId, threshold, history, signal } = request
  const asked: BunFetchRequestInit = {
    unix: gatewayPath,
    method: 'POST',
    headers: { 'content-type': 'application/json', [CALLER_HEADER]: 'app', [APP_HEADER]: appId },
    body: JSON.stringify({ query, topN, ragType, match: { repoId: repoIds, docIds, flowId, threshold }, history }),
    signal,
  }
  const response = await sendPatiently(() => fetch('http://gateway/knowledge/v1/chunk/query', asked), signal)
  return { response, body: (await response.json()) as unknown }
}
