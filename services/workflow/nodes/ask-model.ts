import { Type } from '@sinclair/typebox'
import type { ChatMessage, TokenUsage, ToolCall, ToolDefinition } from '#shared/models/chat-model.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import type { NodeExecution } from '../engine/node-execution.ts'
import { failRequest, findModel, type ModelChoice, OPENAI_SOURCE } from './find-model.ts'

/** Parameters of nodes that ask a model once and read its whole answer. */
export const askedModelParameters = {
  model: Type.String({ default: '' }),
  domain: Type.String({ default: '' }),
  apiKey: Type.String({ default: '' }),
  appId: Type.String({ default: '' }),
  apiSecret: Type.String({ default: '' }),
  url: Type.String({ default: '' }),
  source: Type.Union([Type.Literal('xinghuo'), Type.Literal(OPENAI_SOURCE)], { default: 'xinghuo' }),
  temperature: Type.Number({ default: 1, exclusiveMinimum: 0, maximum: 1 }),
  maxTokens: Type.Integer({ default: 2048, exclusiveMinimum: 0 }),
  extraParams: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
}

export interface AskedModel extends ModelChoice {
  temperature: number
  maxTokens: number
  extraParams: Record<string, unknown>
}

export interface WholeAnswer {
  text: string
  calls: ToolCall[]
  usage: TokenUsage
}

/** Asks a model and waits for its whole answer. Throws NodeError (20303, 20380). */
export const askModel = async (
  asked: AskedModel,
  question: { messages: ChatMessage[]; tools?: ToolDefinition[] },
  execution: NodeExecution,
): Promise<WholeAnswer> => {
  const isOpenAi = asked.source === OPENAI_SOURCE
  const model = await findModel(asked, execution)
  const answer: WholeAnswer = { text: '', calls: [], usage: { promptTokens: 0, completionTokens: 0, totalTokens: 0 } }
  try {
    const deltas = model.stream({
      ...question,
      ...(!isOpenAi && { temperature: asked.temperature, maxTokens: asked.maxTokens }),
      extra: asked.extraParams,
      appId: execution.run.appId,
      signal: execution.signal,
    })
    for await (const delta of deltas) {
      if (delta.type === 'text') answer.text += delta.text
      else if (delta.type === 'tool-call') answer.calls.push(delta.call)
      else if (delta.type === 'finish') answer.usage = delta.usage
    }
    return answer
  } catch (error) {
    return failRequest(isOpenAi ? wireCodes.OPENAI_REQUEST_FAILED : wireCodes.MODEL_REQUEST_FAILED)(error)
  }
}

/** The JSON object of an answer, fenced or not; undefined when there is none. */
export const readAnswerObject = (text: string): Record<string, unknown> | undefined => {
  const fenced = /```(?:json)?([\s\S]*?)```/.exec(text)?.[1] ?? text
  try {
    const value: unknown = JSON.parse(fenced)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
