import { Type } from '@sinclair/typebox'
import { wireCodes } from '../definition/wire-codes.ts'
import { parseShownTemplate } from '../templates/shown-template.ts'
import { defineNodeKind } from './node-kind.ts'

/** Shows a text in the middle of a flow. */
export const messageNode = defineNodeKind({
  type: 'message',
  handlesErrors: false,
  parameters: Type.Object({
    template: Type.String(),
    streamOutput: Type.Boolean({ default: false }),
  }),
  build: ({ inputNames }, parameters) => ({
    role: 'output',
    reasoning: [],
    answer: parseShownTemplate(parameters.template, inputNames),
    streamed: parameters.streamOutput,
    answerMode: undefined,
    failure: wireCodes.MESSAGE_EXECUTION_FAILED,
    finish: (inputs, shown) => ({
      variables: {},
      shownInputs: inputs,
      shownOutputs: {},
      content: shown.content,
      reasoning: shown.reasoning,
    }),
  }),
})
