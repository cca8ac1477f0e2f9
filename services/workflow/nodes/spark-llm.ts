import { type Static, Type } from '@sinclair/typebox'
import type { ChatDelta, ChatMessage, ChatModel, TokenUsage } from '#shared/models/chat-model.ts'
import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import type { NodeExecution, NodeResult } from '../engine/node-execution.ts'
import type { LinearPattern } from '../patterns/compile-pattern.ts'
import { PatternError } from '../patterns/pattern-error.ts'
import { renderTemplate } from '../templates/render-template.ts'
import { parseTemplate } from '../templates/template.ts'
import { failRequest, findModel, OPENAI_SOURCE } from './find-model.ts'
import { defineNodeKind, type NodeSource } from './node-kind.ts'
import { createNodeMemory, memoryParameters } from './node-memory.ts'
import { compileAnswerPattern, REASONING_OUTPUT, readJsonAnswer } from './read-llm-answer.ts'
import { selectHistory } from './select-history.ts'

const JSON_FORMAT = 2
const HISTORY_OFF = { isEnabled: false, rounds: 1 }

const parametersSchema = Type.Object({
  model: Type.String({ default: '' }),
  domain: Type.String({ default: '' }),
  apiKey: Type.String({ default: '' }),
  appId: Type.String({ default: '' }),
  apiSecret: Type.String({ default: '' }),
  url: Type.String({ default: '' }),
  source: Type.Union([Type.Literal('xinghuo'), Type.Literal(OPENAI_SOURCE)], { default: 'xinghuo' }),
  temperature: Type.Number({ default: 1, exclusiveMinimum: 0, maximum: 1 }),
  maxTokens: Type.Integer({ default: 2048, exclusiveMinimum: 0 }),
  template: Type.String({ default: '' }),
  systemTemplate: Type.String({ default: '' }),
  respFormat: Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(JSON_FORMAT)], { default: 0 }),
  extraParams: Type.Record(Type.String(), Type.Unknown(), { default: {} }),
  re_match_pattern: Type.Optional(Type.String()),
  ...memoryParameters,
  enableChatHistoryV2: Type.Object(
    { isEnabled: Type.Boolean({ default: false }), rounds: Type.Integer({ default: 1, exclusiveMinimum: 0 }) },
    { default: HISTORY_OFF },
  ),
})

type Parameters = Static<typeof parametersSchema>

/**
 * Asks a language model. With a `url` the endpoint stands in the node (OpenAI's protocol, or Spark's for `xinghuo`); without one, `model` or else `domain` names a saved
 * model. The first output is the answer, `REASONING_CONTENT` the thinking; JSON answers (respFormat 2) fill the outputs by name.
 */
export const sparkLlmNode = defineNodeKind({
  type: 'spark-llm',
  handlesErrors: true,
  parameters: parametersSchema,
  build(node, parameters) {
    const failure =
      parameters.source === OPENAI_SOURCE ? wireCodes.OPENAI_REQUEST_FAILED : wireCodes.MODEL_REQUEST_FAILED
    const answerOutput = node.outputs[0]?.name
    const hasReasoning = node.outputs.some((output) => output.name === REASONING_OUTPUT)
    const streamsText = parameters.respFormat !== JSON_FORMAT && answerOutput && answerOutput !== REASONING_OUTPUT
    const toMessages = compileMessages(node, parameters)
    const toVariables = compileVariables(node, parameters)
    const memory = createNodeMemory(node.id, parameters)

    return {
      role: 'task',
      branches: false,
      effect: 'paid',
      streams: { ...(streamsText && { text: answerOutput }), ...(hasReasoning && { reasoning: REASONING_OUTPUT }) },
      timeout: { limits: 'gap', result: failure },
      failure: wireCodes.LLM_FAILED,
      async execute(execution) {
        const model = await findModel(parameters, execution)
        const { messages, question } = toMessages(execution, await memory.recall(execution))
        const answer = await readAnswer(model, parameters, { ...execution, messages })
        if (answer.text === '' && answer.reasoning === '')
          throw new NodeError(wireCodes.MODEL_REQUEST_FAILED, 'the answer is empty')
        if (answer.stopped !== 'stop' && answer.stopped !== 'other') {
          throw new NodeError(failure, `the model stopped because of ${answer.stopped}`)
        }
        await memory.remember(execution, question, answer.text)
        return { variables: toVariables(answer), rawOutput: answer.text, usage: answer.usage }
      },
    }
  },
})

interface Answer {
  text: string
  reasoning: string
  stopped: Extract<ChatDelta, { type: 'finish' }>['reason']
  usage: TokenUsage
}

const readAnswer = async (
  model: ChatModel,
  parameters: Parameters,
  { delivered, run, signal, token, messages }: NodeExecution & { messages: ChatMessage[] },
): Promise<Answer> => {
  // Thinking that was shown stays as it is: a continued answer thinks again, and its new thoughts would contradict the old ones.
  const isContinued = delivered.text !== '' || delivered.reasoning !== ''
  const isOpenAi = parameters.source === OPENAI_SOURCE
  const answer: Answer = {
    ...delivered,
    stopped: 'stop',
    usage: { promptTokens: 0, completionTokens: 0, totalTokens: 0 },
  }
  try {
    const deltas = model.stream({
      messages,
      ...(!isOpenAi && { temperature: parameters.temperature, maxTokens: parameters.maxTokens }),
      ...(delivered.text !== '' && { continueFrom: delivered.text }),
      extra: parameters.extraParams,
      appId: run.appId,
      signal,
    })
    for await (const delta of deltas) {
      if (delta.type === 'text') {
        answer.text += delta.text
        token({ text: delta.text, reasoning: '' })
      } else if (delta.type === 'reasoning' && !isContinued) {
        answer.reasoning += delta.text
        token({ text: '', reasoning: delta.text })
      } else if (delta.type === 'finish') {
        answer.stopped = delta.reason
        answer.usage = delta.usage
      }
    }
  } catch (error) {
    return failRequest(isOpenAi ? wireCodes.OPENAI_REQUEST_FAILED : wireCodes.MODEL_REQUEST_FAILED)(error)
  }
  return answer
}

type ToMessages = (execution: NodeExecution, remembered: ChatMessage[]) => { messages: ChatMessage[]; question: string }

/** Order of the wire: system, history, user. */
const compileMessages = (node: NodeSource, parameters: Parameters): ToMessages => {
  const system = parseTemplate(parameters.systemTemplate, node.inputNames)
  const prompt = parseTemplate(parameters.template, node.inputNames)
  const hasSystem = parameters.systemTemplate !== ''
  const { isEnabled, rounds } = parameters.enableChatHistoryV2
  return ({ inputs, run }, remembered) => {
    const question = renderTemplate(prompt, inputs, 'python')
    const instruction = hasSystem ? renderTemplate(system, inputs, 'python') : ''
    const limits = { rounds, tokensMax: parameters.maxTokens, around: [instruction, question] }
    const history = isEnabled ? selectHistory(run.history, limits) : remembered
    const messages: ChatMessage[] = [
      ...(hasSystem ? [{ role: 'system', content: instruction } as const] : []),
      ...history,
      { role: 'user', content: question },
    ]
    return { messages, question }
  }
}

const compileVariables = (node: NodeSource, parameters: Parameters): ((answer: Answer) => NodeResult['variables']) => {
  const answerOutput = node.outputs[0]?.name
  if (parameters.respFormat === JSON_FORMAT) {
    const pattern = readPattern(node.id, parameters.re_match_pattern)
    return (answer) => readJsonAnswer(answer, pattern, node.outputs)
  }
  return (answer) => {
    const variables: NodeResult['variables'] = {}
    for (const output of node.outputs) {
      if (output.name === REASONING_OUTPUT) variables[output.name] = answer.reasoning
      else if (output.name === answerOutput || answer.reasoning !== '') variables[output.name] = answer.text
    }
    return variables
  }
}

const readPattern = (nodeId: string, pattern: string | undefined): LinearPattern => {
  try {
    return compileAnswerPattern(pattern)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    throw new FlowProtocolError(`node ${nodeId}, nodeParam /re_match_pattern: no usable expression: ${error.message}`)
  }
}
