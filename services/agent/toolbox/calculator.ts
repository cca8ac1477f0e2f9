import { evaluateExpression } from './evaluate-expression.ts'
import { type Tool, ToolInputError } from './tool.ts'

/** Binary floating point shows itself after this many digits (0.1 + 0.2). */
const DIGITS_SHOWN = 15

/** Calculates. */
export const calculator: Tool = {
  definition: {
    name: 'calculator',
    description:
      'Calculates an arithmetic expression: + - * / % ^ (power), brackets, pi, e, and the functions sqrt, abs, round, floor, ceil, ln, log, exp, sin, cos, tan, min, max.',
    parameters: {
      type: 'object',
      properties: { expression: { type: 'string', description: 'For example: (12.5 + 3) * 4 ^ 2' } },
      required: ['expression'],
    },
  },
  hasEffect: false,
  run({ expression }) {
    if (typeof expression !== 'string') throw new ToolInputError('Give the calculation as the text "expression".')
    const result = evaluateExpression(expression)
    if (!Number.isFinite(result)) throw new ToolInputError('The result is not a finite number.')
    return `${expression} = ${Number(result.toPrecision(DIGITS_SHOWN))}`
  },
}
