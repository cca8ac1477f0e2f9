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
}

/**
 * The model that a node names: the endpoint at its `url` (OpenAI's protocol), or else a saved model called `model` or `domain`.
 * Throws NodeError (20303, 20380).
 */
export const findModel = async (choice: ModelChoice, { services }: NodeExecution): Promise<ChatModel> => {
  if (choice.url !== '') {
    if (choice.source !== OPENAI_SOURCE) {
      throw new NodeError(
        wireCodes.MODEL_REQUEST_FAILED,
        `addresses of source ${choice.source} are not spoken to; save the model and name it, with an empty url`,
      )
    }
    return services.models
      .inline({ url: choice.url, modelId: choice.domain || choice.model, apiKey: choice.apiKey })
      .catch(failRequest(wireCodes.OPENAI_REQUEST_FAILED))
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

export const failRequest =
  (result: { code: number; message: string }) =>
  (error: unknown): never => {
    throw new NodeError(result, error instanceof Error ? error.message : String(error), { cause: error })
  }
