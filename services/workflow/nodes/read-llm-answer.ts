import type { OutputDeclaration } from '../definition/plan.ts'

/** The output that holds a model's thinking. */
export const REASONING_OUTPUT = 'REASONING_CONTENT'

/** A fenced block, with `json` behind the fence or not; the payload is the second group. */
const FENCED_BLOCK = '(```(?:json)?)([\\s\\S]*?)(```)'

/** Undefined when the text is no regular expression. */
export const compileAnswerPattern = (pattern: string | undefined): RegExp | undefined => {
  try {
    return new RegExp(pattern || FENCED_BLOCK)
  } catch {
    return undefined
  }
}

/** Values of the answer's object by output name. Missing and ill-typed ones are left to the outputs' defaults, and all of them if it is no object. */
export const readJsonAnswer = (
  answer: { text: string; reasoning: string },
  pattern: RegExp,
  outputs: readonly OutputDeclaration[],
): Record<string, unknown> => {
  const parsed = parseObject(pattern.exec(answer.text)?.[2] ?? answer.text)
  const variables: Record<string, unknown> = {}
  for (const output of outputs) {
    if (output.name === REASONING_OUTPUT) variables[output.name] = answer.reasoning
    else if (!Object.hasOwn(parsed, output.name)) variables[output.name] = output.initial
    else variables[output.name] = output.check(parsed[output.name]) ? output.initial : parsed[output.name]
  }
  return variables
}

const parseObject = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {}
  } catch {
    return {}
  }
}
