import { Type } from '@sinclair/typebox'
import type { ChatMessage, ToolDefinition } from '#shared/models/chat-model.ts'
import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import type { OutputDeclaration } from '../definition/plan.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import type { NodeExecution } from '../engine/node-execution.ts'
import { renderTemplate, toPythonText } from '../templates/render-template.ts'
import { parseTemplate } from '../templates/template.ts'
import { askedModelParameters, askModel, readAnswerObject, type WholeAnswer } from './ask-model.ts'
import { coerceExtracted } from './coerce-extracted.ts'
import { defineNodeKind } from './node-kind.ts'

const PROMPT_MODE = 1
const TOOL_NAME = 'extractor_parameter'
const INSTRUCTION =
  'Take the asked values out of the text of the user. Leave out what the text does not say; invent nothing.'

/** Lets a model take values out of a text: one for each output, whose schema and description tell what is looked for. */
export const extractorParameterNode = defineNodeKind({
  type: 'extractor-parameter',
  handlesErrors: true,
  parameters: Type.Object({
    ...askedModelParameters,
    reasonMode: Type.Integer({ default: 0 }),
    instruction: Type.String({ default: '' }),
  }),
  build({ id, inputs, inputNames, outputs }, parameters) {
    const textInput = inputs[0]?.name
    if (textInput === undefined) throw new FlowProtocolError(`node ${id}, inputs: there is no text to read`)
    const instruction = parseTemplate(parameters.instruction, inputNames)
    const byFunction = parameters.reasonMode !== PROMPT_MODE
    const tool = toTool(outputs)

    const toMessages = ({ inputs: values }: NodeExecution): ChatMessage[] => {
      const lines = [
        INSTRUCTION,
        renderTemplate(instruction, values, 'python').trim(),
        byFunction
          ? `Call ${TOOL_NAME} with them.`
          : `Answer with one JSON object of this schema and nothing else: ${JSON.stringify(tool.parameters)}`,
      ]
      return [
        { role: 'system', content: lines.filter((line) => line !== '').join('\n') },
        { role: 'user', content: toPythonText(values[textInput]) },
      ]
    }

    return {
      role: 'task',
      branches: false,
      effect: 'paid',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.EXTRACTION_FAILED,
      async execute(execution) {
        const question = { messages: toMessages(execution), ...(byFunction && { tools: [tool] }) }
        const answer = await askModel(parameters, question, execution)
        return { variables: coerceExtracted(readValues(answer), outputs), usage: answer.usage }
      },
    }
  },
})

const toTool = (outputs: readonly OutputDeclaration[]): ToolDefinition => ({
  name: TOOL_NAME,
  description: 'Takes the values that were found in the text.',
  parameters: {
    type: 'object',
    properties: Object.fromEntries(outputs.map(({ name, schema }) => [name, schema])),
    required: outputs.filter((output) => output.required).map((output) => output.name),
  },
})

const readValues = ({ calls, text }: WholeAnswer): Record<string, unknown> => {
  const written = calls.find((call) => call.name === TOOL_NAME)?.arguments ?? text
  const values = readAnswerObject(written)
  if (values) return values
  throw new NodeError(wireCodes.EXTRACTION_FAILED, 'the model gave no JSON object')
}
