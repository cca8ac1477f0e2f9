import type { ToolDefinition } from '../chat-model.ts'

/** A tool call before it has an id. */
export interface ChosenTool {
  name: string
  arguments: string
}

const ASKS_TIME =
  /\b(what(?:'s| is)? (?:the )?(?:time|date|day)|current (?:time|date)|time is it|today'?s date|what day)\b|几点|几号|星期几|日期|时间|今天/iu
const TIME_TOOL = /time|date|clock|时间|日期/iu
const CALCULATION_TOOL = /calc|math|arithmetic|计算|算/iu
/** Numbers joined by operators, with brackets: `12 * (3 + 4)`. × and ÷ are read too, and a written "times" or "plus". */
const CALCULATION = /[(-]*\d[\d.,]*\)*(?:\s*(?:[-+*/×÷^%]|\*\*)\s*[(-]*\d[\d.,]*\)*)+/u
const SPOKEN: readonly (readonly [RegExp, string])[] = [
  [/\bplus\b|加/giu, '+'],
  [/\bminus\b|减/giu, '-'],
  [/\btimes\b|\bmultiplied by\b|乘以|乘/giu, '*'],
  [/\bdivided by\b|除以/giu, '/'],
]

/** The offered tool that fits what the user asks, by plain rules: a calculation, or the time. Pure. */
export const chooseTool = (question: string, tools: readonly ToolDefinition[]): ChosenTool | undefined => {
  const expression = findCalculation(question)
  const calculator = tools.find((tool) => CALCULATION_TOOL.test(tool.name))
  if (expression && calculator) {
    return { name: calculator.name, arguments: JSON.stringify({ [firstText(calculator) ?? 'expression']: expression }) }
  }
  const clock = tools.find((tool) => TIME_TOOL.test(tool.name))
  if (clock && ASKS_TIME.test(question)) return { name: clock.name, arguments: '{}' }
  return undefined
}

/** The arithmetic in a text, in plain operators; undefined when there is none. */
export const findCalculation = (text: string): string | undefined => {
  const spelled = SPOKEN.reduce((written, [word, operator]) => written.replace(word, ` ${operator} `), text)
  const found = CALCULATION.exec(spelled)?.[0]
  return found?.replaceAll('×', '*').replaceAll('÷', '/').replaceAll(',', '').replace(/\s+/g, ' ').trim()
}

const firstText = (tool: ToolDefinition): string | undefined => {
  const properties = tool.parameters.properties
  if (typeof properties !== 'object' || properties === null) return undefined
  return Object.keys(properties)[0]
}
