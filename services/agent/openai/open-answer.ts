import type { Caller } from '#shared/http/caller.ts'
import type { ModelDirectory } from '#shared/models/chat-model.ts'
import { unknownModel } from '#shared/models/model-error.ts'
import type { GatewayClient } from '../clients/gateway-client.ts'
import { CompletionInvalidError } from '../errors.ts'
import type { AnswerDelta } from './answer-delta.ts'
import { FLOW_PREFIX, openFlow } from './open-flow.ts'
import { AGENT_PREFIX, type OpenTurnDependencies, openTurn } from './open-turn.ts'
import type { CompletionBody } from './openai-schemas.ts'
import { findUnsupportedPart, toChatRequest } from './read-completion.ts'

export interface OpenAnswerDependencies extends OpenTurnDependencies {
  directory: ModelDirectory
  gateway: GatewayClient
}

/** An answer about to be read; `runId` when it is a run of its own. */
export interface OpenedAnswer {
  runId: string | undefined
  /** Where a worker of this service makes the same chunks again; undefined for an answer that is kept nowhere. */
  chunksPath: string | undefined
  deltas(signal: AbortSignal): AsyncIterable<AnswerDelta>
}

/**
 * Asks the model, or begins a turn of the agent or a run of the flow, that a request names. A caller that leaves before it began (`signal`) ends
 * a flow's beginning only. Throws ModelError and AGENT_… errors.
 */
// biome-ignore lint/complexity/useMaxParams: what it needs, who asks, what, and for how long
export const openAnswer = async (
  dependencies: OpenAnswerDependencies,
  caller: Caller,
  body: CompletionBody,
  signal: AbortSignal,
): Promise<OpenedAnswer> => {
  const unsupported = findUnsupportedPart(body.messages)
  if (unsupported !== undefined) {
    throw new CompletionInvalidError(
      `messages hold a part of type "${unsupported}"; only text and image_url are understood`,
    )
  }
  if (body.model.startsWith(AGENT_PREFIX)) return openTurn(dependencies, caller, body)
  if (body.model.startsWith(FLOW_PREFIX)) return openFlow(dependencies.gateway, caller, body, signal)
  const model = await dependencies.directory.byName(body.model)
  if (!model) throw unknownModel(body.model)
  const { appId } = caller
  const request = { ...toChatRequest(body), ...(appId === undefined ? {} : { appId }) }
  return { runId: undefined, chunksPath: undefined, deltas: (left) => model.stream({ ...request, signal: left }) }
}
