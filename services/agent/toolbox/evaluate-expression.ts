import { ToolInputError } from './tool.ts'

const EXPRESSION_CHARS_MAX = 1_000
const DEPTH_MAX = 100
const TOKEN = /\s*(?:(\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?)|([a-z]\w*)|(\*\*|[-+*/%^(),]))/iy

const constants: Record<string, number> = { pi: Math.PI, e: Math.E }
const functions: Record<string, (...values: number[]) => number> = {
  sqrt: Math.sqrt,
  abs: Math.abs,
  round: Math.round,
  floor: Math.floor,
  ceil: Math.ceil,
  ln: Math.log,
  log: Math.log10,
  exp: Math.exp,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  min: Math.min,
  max: Math.max,
}

/**
 * The value of an arithmetic expression, by recursive descent: sums of products of signed powers. Powers bind to the right and more than a
 * sign (-2^2 is -4). Throws ToolInputError with the reason. Pure.
 */
export const evaluateExpression = (text: string): number => {
  if (text.length > EXPRESSION_CHARS_MAX)
    throw new ToolInputError(`The expression is longer than ${EXPRESSION_CHARS_MAX} characters.`)
  const tokens = tokenize(text)
  let at = 0
  let depth = 0

  const take = (...wanted: string[]): string | undefined => {
    const token = tokens[at]
    if (token === undefined || !wanted.includes(token)) return undefined
    at += 1
    return token
  }
  const need = (wanted: string): void => {
    if (!take(wanted)) throw unexpected(tokens[at], wanted)
  }

  const sum = (): number => {
    let value = product()
    for (let operator = take('+', '-'); operator; operator = take('+', '-')) {
      value = operator === '+' ? value + product() : value - product()
    }
    return value
  }

  const product = (): number => {
    let value = signed()
    for (let operator = take('*', '/', '%'); operator; operator = take('*', '/', '%')) {
      const right = signed()
      if (operator !== '*' && right === 0) throw new ToolInputError('Division by zero.')
      value = operator === '*' ? value * right : operator === '/' ? value / right : value % right
    }
    return value
  }

  const signed = (): number => {
    depth += 1
    if (depth > DEPTH_MAX) throw new ToolInputError(`The expression is nested deeper than ${DEPTH_MAX} levels.`)
    const sign = take('-', '+')
    const value = sign ? signed() : power()
    depth -= 1
    return sign === '-' ? -value : value
  }

  const power = (): number => {
    const base = atom()
    return take('^', '**') ? base ** signed() : base
  }

  const atom = (): number => {
    const token = tokens[at]
    if (token === undefined) throw unexpected(token, 'a number')
    at += 1
    if (/^[\d.]/.test(token)) return Number(token)
    if (token === '(') {
      const value = sum()
      need(')')
      return value
    }
    return named(token)
  }

  const named = (token: string): number => {
    const name = token.toLowerCase()
    const call = Object.hasOwn(functions, name) ? functions[name] : undefined
    if (call) return call(...list())
    const constant = Object.hasOwn(constants, name) ? constants[name] : undefined
    if (constant === undefined) throw unexpected(token, 'a number')
    return constant
  }

  const list = (): number[] => {
    need('(')
    const values = [sum()]
    while (take(',')) values.push(sum())
    need(')')
    return values
  }

  const value = sum()
  if (at < tokens.length) throw unexpected(tokens[at], 'the end')
  return value
}

const tokenize = (text: string): string[] => {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  const trimmed = text.trimEnd()
  while (TOKEN.lastIndex < trimmed.length) {
    const from = TOKEN.lastIndex
    const match = TOKEN.exec(trimmed)
    if (!match) throw new ToolInputError(`Cannot read the expression at "${trimmed.slice(from).trim().slice(0, 20)}".`)
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '')
  }
  return tokens
}

const unexpected = (found: string | undefined, wanted: string): ToolInputError =>
  new ToolInputError(`Expected ${wanted}, found ${found === undefined ? 'the end' : `"${found}"`}.`)
