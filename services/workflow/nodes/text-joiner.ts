import { Type } from '@sinclair/typebox'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import type { NodeExecution } from '../engine/node-execution.ts'
import { renderTemplate, renderValue } from '../templates/render-template.ts'
import { parseTemplate } from '../templates/template.ts'
import { defineNodeKind } from './node-kind.ts'

const JOIN_MODE = 0
const SEPARATE_MODE = 1

/** Joins inputs to one text by a template, or splits its last input at a separator. */
export const textJoinerNode = defineNodeKind({
  type: 'text-joiner',
  handlesErrors: false,
  parameters: Type.Object({
    mode: Type.Union([Type.Literal(JOIN_MODE), Type.Literal(SEPARATE_MODE)], { default: JOIN_MODE }),
    prompt: Type.String({ default: '' }),
    separator: Type.String({ default: '' }),
  }),
  build({ inputs, inputNames, outputs }, parameters) {
    const output = outputs[0]?.name
    const template = parseTemplate(parameters.prompt, inputNames)
    const splitInput = inputs.at(-1)?.name

    const join = (values: NodeExecution['inputs']): string => renderTemplate(template, values, 'json')

    const split = (values: NodeExecution['inputs']): string[] => {
      if (parameters.separator === '') throw new NodeError(wireCodes.TEXT_JOINER_FAILED, 'the separator is empty')
      const value = splitInput === undefined ? '' : values[splitInput]
      return renderValue(value, 'json').split(parameters.separator)
    }

    return {
      role: 'task',
      branches: false,
      effect: 'none',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.TEXT_JOINER_FAILED,
      execute({ inputs: values }) {
        const result = parameters.mode === JOIN_MODE ? join(values) : split(values)
        return { variables: output === undefined ? {} : { [output]: result } }
      },
    }
  },
})
