import type { OutputDeclaration } from '../definition/plan.ts'
import { compilePattern, type LinearPattern } from '../patterns/compile-pattern.ts'

/** The output that holds a model's thinking. */
export const REASONING_OUTPUT = 'REASONING_CONTENT'

/** A fenced block, with `json` behind the fence or not; the payload is the second group. */
const FENCED_BLOCK = '(```(?:json)?)([\\s\\S]*?)(```)'

/** An answer beyond this is not searched for a payload, but read as a whole. */
const SEARCHED_CHARS_MAX = 1_000_000

/** The author's pattern, or that of a fenced block. It is matched in linear time, whatever it says. Throws PatternError. */
export const compileAnswerPattern = (pattern: string | undefined): LinearPattern =>
  compilePattern(pattern || FENCED_BLOCK)

/** Values of the answer's object by output name. Missing and ill-typed ones are left to the outputs' defaults, and all of them if it is no object. */
export const readJsonAnswer = (
  answer: { text: string; reasoning: string },
  pattern: LinearPattern,
  outputs: readonly OutputDeclaration[],
): Record<string, unknown> => {
  const found = answer.text.length > SEARCHED_CHARS_MAX ? undefined : pattern.exec(answer.text)
  const parsed = parseObject(found?.[2] ?? answer.text)
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
