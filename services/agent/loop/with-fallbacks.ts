import type { ChatDelta, ChatModel, ChatRequest } from '#shared/models/chat-model.ts'
import { mayFallBack } from '#shared/models/gate/fallback-policy.ts'

/**
 * The first model, and those that an agent lets stand in for it: one after another is asked while nothing of an answer was seen and the failure
 * is not of the request's own making. Stand-ins are looked up once they are needed; one that is not there is passed over.
 */
export const withFallbacks = (
  first: ChatModel,
  standIns: readonly (() => Promise<ChatModel | undefined>)[],
): ChatModel =>
  standIns.length === 0 ? first : { ...first, stream: (request) => streamFirst(first, standIns, request) }

async function* streamFirst(
  first: ChatModel,
  standIns: readonly (() => Promise<ChatModel | undefined>)[],
  request: ChatRequest,
): AsyncGenerator<ChatDelta> {
  let failure: unknown
  for (const find of [async () => first, ...standIns]) {
    const model = await find()
    if (!model) continue
    let wasSeen = false
    try {
      for await (const delta of model.stream(request)) {
        wasSeen = true
        yield delta
      }
      return
    } catch (error) {
      if (wasSeen || request.signal.aborted || !mayFallBack(error)) throw error
      failure ??= error
    }
  }
  // Why the agent's own model could not answer says more than why the last of its stand-ins could not.
  throw failure
}
