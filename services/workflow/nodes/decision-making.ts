import { type Static, Type } from '@sinclair/typebox'
import type { ChatMessage, TokenUsage, ToolDefinition } from '#shared/models/chat-model.ts'
import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import type { NodeExecution } from '../engine/node-execution.ts'
import { renderTemplate, toPythonText } from '../templates/render-template.ts'
import { parseTemplate } from '../templates/template.ts'
import { askedModelParameters, askModel, readAnswerObject, type WholeAnswer } from './ask-model.ts'
import { defineNodeKind } from './node-kind.ts'
import { createNodeMemory, memoryParameters } from './node-memory.ts'
import { selectHistory } from './select-history.ts'

const DEFAULT_INTENT = 1
const NORMAL_INTENT = 2
/** All inputs in one prompt, answered as JSON. */
const PROMPT_MODE = 1
/** The wire's answer when nothing fits. */
const NO_INTENT = 'DEFAULT'
const TOOL_PREFIX = 'intent_'
const HISTORY_OFF = { isEnabled: false, rounds: 1 }
const NO_PREFIX_INSTRUCTION = 'Choose the category whose description fits the text best.'
const JSON_INSTRUCTION =
  'You sort texts into categories. The user message is JSON with the text, the categories and instructions. Answer with one JSON object, ' +
  '{"category_name": "<name of exactly one of the categories>"}, and nothing else.'
const TOOL_INSTRUCTION =
  'Call the one function whose description fits the text of the user best. Do not answer the text.'

const intentSchema = Type.Object({
  id: Type.String({ pattern: '^intent-one-of::' }),
  name: Type.String({ minLength: 1 }),
  description: Type.String({ minLength: 1 }),
  intentType: Type.Union([Type.Literal(DEFAULT_INTENT), Type.Literal(NORMAL_INTENT)], { default: NORMAL_INTENT }),
})

type Intent = Static<typeof intentSchema>

/**
 * Lets a model choose a branch for a text. Whatever goes wrong with the model leads to the default intent's branch, with `DEFAULT` as the
 * result; only a node without a default intent can fail. Functions are offered under neutral names, because intents may be named in any script.
 */
export const decisionMakingNode = defineNodeKind({
  type: 'decision-making',
  handlesErrors: true,
  parameters: Type.Object({
    ...askedModelParameters,
    ...memoryParameters,
    promptPrefix: Type.String({ default: '' }),
    reasonMode: Type.Integer({ default: 0 }),
    useFunctionCall: Type.Boolean({ default: true }),
    intentChains: Type.Array(intentSchema, { default: [] }),
    enableChatHistoryV2: Type.Object(
      { isEnabled: Type.Boolean({ default: false }), rounds: Type.Integer({ default: 1, exclusiveMinimum: 0 }) },
      { default: HISTORY_OFF },
    ),
  }),
  build({ id, inputs, inputNames, outputs }, parameters) {
    const { intentChains: intents, enableChatHistoryV2: past } = parameters
    const output = outputs[0]?.name
    if (intents.length === 0) {
      throw new FlowProtocolError(
        `node ${id}, nodeParam /intentChains: there is no intent`,
        wireCodes.NODE_PROTOCOL_INVALID,
      )
    }
    if (inputs.length === 0) throw new FlowProtocolError(`node ${id}, inputs: there is no text to decide about`)
    const prefix = parseTemplate(parameters.promptPrefix, inputNames)
    const byFunction = parameters.reasonMode !== PROMPT_MODE && parameters.useFunctionCall
    const texts = parameters.reasonMode === PROMPT_MODE ? inputs : inputs.slice(0, 1)
    const tools = intents.map(toTool)
    const memory = createNodeMemory(id, parameters)

    const toMessages = ({ inputs: values, run }: NodeExecution, remembered: ChatMessage[]) => {
      const text = texts.map(({ name }) => toPythonText(values[name])).join('\n')
      const instructions = renderTemplate(prefix, values, 'python')
      const system = byFunction ? `${TOOL_INSTRUCTION}\n${instructions}`.trimEnd() : JSON_INSTRUCTION
      const question = byFunction ? text : toQuestion(text, intents, instructions)
      const limits = { rounds: past.rounds, tokensMax: parameters.maxTokens, around: [system, question] }
      const messages: ChatMessage[] = [
        { role: 'system', content: system },
        ...(past.isEnabled ? selectHistory(run.history, limits) : remembered),
        { role: 'user', content: question },
      ]
      return { messages, question }
    }

    const decide = async (execution: NodeExecution): Promise<Decision> => {
      try {
        const { messages, question } = toMessages(execution, await memory.recall(execution))
        const answer = await askModel(parameters, { messages, ...(byFunction && { tools }) }, execution)
        const intent = readIntent(answer, intents)
        await memory.remember(execution, question, answer.text || (intent?.name ?? NO_INTENT))
        return { cost: { usage: answer.usage, ...(answer.text !== '' && { rawOutput: answer.text }) }, intent }
      } catch (error) {
        execution.signal.throwIfAborted()
        if (error instanceof NodeError) return { cost: {}, intent: undefined }
        throw error
      }
    }

    return {
      role: 'task',
      branches: true,
      effect: 'paid',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.NODE_RUN_FAILED,
      async execute(execution) {
        const { intent, cost } = await decide(execution)
        const taken = intent ?? intents.find((candidate) => candidate.intentType === DEFAULT_INTENT)
        if (!taken) throw new NodeError(wireCodes.NODE_RUN_FAILED, 'no intent fits, and none is the default')
        const name = intent && intent.intentType !== DEFAULT_INTENT ? intent.name : NO_INTENT
        return { variables: output === undefined ? {} : { [output]: name }, handle: taken.id, ...cost }
      },
    }
  },
})

interface Decision {
  /** Undefined when nothing fits. */
  intent: Intent | undefined
  /** What the model's answer cost and said; nothing when it gave none. */
  cost: { usage?: TokenUsage; rawOutput?: string }
}

const toTool = ({ name, description }: Intent, index: number): ToolDefinition => ({
  name: `${TOOL_PREFIX}${index + 1}`,
  description: `${name}: ${description}`,
  parameters: {
    type: 'object',
    properties: { next_inputs: { type: 'string', description: 'The text of the user, unchanged.' } },
    required: ['next_inputs'],
  },
})

const toQuestion = (text: string, intents: readonly Intent[], instructions: string): string =>
  JSON.stringify({
    input_text: text,
    categories: intents.map(({ id, name, description }) => ({
      category_id: id,
      category_name: name,
      category_desc: description,
    })),
    classification_instructions: [instructions.trim() || NO_PREFIX_INSTRUCTION],
  })

const readIntent = ({ calls, text }: WholeAnswer, intents: readonly Intent[]): Intent | undefined => {
  const called = calls[0]?.name
  if (called !== undefined) return intents.find((_, index) => called === `${TOOL_PREFIX}${index + 1}`)
  const object = readAnswerObject(text)
  const name = object ? (object.category_name ?? object.destination) : text.trim()
  return intents.find((intent) => intent.name === name)
}
