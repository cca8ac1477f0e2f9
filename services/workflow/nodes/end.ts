import { Type } from '@sinclair/typebox'
import { wireCodes } from '../definition/wire-codes.ts'
import { parseShownTemplate } from '../templates/shown-template.ts'
import { defineNodeKind } from './node-kind.ts'

const VARIABLES_MODE = 0
const TEMPLATE_MODE = 1

/** The flow's result: its inputs as compact JSON (mode 0), or a reasoning and an answer template (mode 1). */
export const endNode = defineNodeKind({
  type: 'node-end',
  handlesErrors: false,
  parameters: Type.Object({
    outputMode: Type.Union([Type.Literal(VARIABLES_MODE), Type.Literal(TEMPLATE_MODE)]),
    template: Type.String({ default: '' }),
    reasoningTemplate: Type.String({ default: '' }),
    streamOutput: Type.Boolean({ default: false }),
  }),
  build({ inputNames }, parameters) {
    const showsTemplate = parameters.outputMode === TEMPLATE_MODE
    return {
      role: 'output',
      reasoning:
        showsTemplate && parameters.reasoningTemplate !== ''
          ? parseShownTemplate(parameters.reasoningTemplate, inputNames)
          : [],
      answer: showsTemplate ? parseShownTemplate(parameters.template, inputNames) : [],
      streamed: showsTemplate && parameters.streamOutput,
      answerMode: parameters.outputMode,
      failure: wireCodes.END_EXECUTION_FAILED,
      ends: true,
      finish: (inputs, shown) => ({
        variables: {},
        shownInputs: {},
        shownOutputs: inputs,
        content: showsTemplate ? shown.content : JSON.stringify(inputs),
        reasoning: shown.reasoning,
      }),
    }
  },
})
