import type { ChatModel } from '#shared/models/chat-model.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import type { NodeExecution } from '../engine/node-execution.ts'

export const OPENAI_SOURCE = 'openai'

/** The parameters of a node that say which model it asks. */
export interface ModelChoice {
  source: 'xinghuo' | typeof OPENAI_SOURCE
  url: string
  domain: string
  model: string
  apiKey: string
  /** With `apiKey`, what a Spark address wants. */
  appId: string
  apiSecret: string
}

const SOCKET_URL = /^\s*wss?:/i

/**
 * The model that a node names: the endpoint at its `url` (OpenAI's protocol; Spark's WebSocket for `xinghuo`), or else a saved model called
 * `model` or `domain`. Throws NodeError (20303, 20380).
 */
export const findModel = async (choice: ModelChoice, { services }: NodeExecution): Promise<ChatModel> => {
  if (choice.url !== '') {
    const isOpenAi = choice.source === OPENAI_SOURCE
    return services.models
      .inline({
        url: choice.url,
        modelId: choice.domain || choice.model,
        apiKey: isOpenAi ? choice.apiKey : sparkKey(choice),
      })
      .catch(failRequest(isOpenAi ? wireCodes.OPENAI_REQUEST_FAILED : wireCodes.MODEL_REQUEST_FAILED))
  }
  const names = [choice.model, choice.domain].filter((name) => name !== '')
  for (const name of names) {
    const model = await services.models.byName(name)
    if (model) return model
  }
  throw new NodeError(
    wireCodes.MODEL_REQUEST_FAILED,
    `no enabled model is named ${names.join(' or ') || 'in the node'}`,
  )
}

/** Throws NodeError (20303) when the node does not hold what a Spark address wants. */
const sparkKey = ({ source, url, appId, apiKey, apiSecret }: ModelChoice): string => {
  const missing = Object.entries({ appId, apiKey, apiSecret }).flatMap(([name, value]) => (value === '' ? [name] : []))
  if (SOCKET_URL.test(url) && missing.length === 0) return `${appId}:${apiKey}:${apiSecret}`
  const wants = SOCKET_URL.test(url) ? `${missing.join(' and ')} in the node` : 'a ws: or wss: address'
  throw new NodeError(
    wireCodes.MODEL_REQUEST_FAILED,
    `a model of source ${source} wants ${wants}; or save the model and name it, with an empty url`,
  )
}

export const failRequest =
  (result: { code: number; message: string }) =>
  (error: unknown): never => {
    throw new NodeError(result, error instanceof Error ? error.message : String(error), { cause: error })
  }
