import type { FieldProblem, FieldRule } from './field-rules.ts'
import { REQUEST_INVALID_CODE, WireError } from './wire-error.ts'

/** Reads a JSON body and checks it against its model. Throws WireError 10003 that names every problem. */
export const readBody = async <Model>(request: Request, model: FieldRule<Model>): Promise<Model> => {
  const json = await request.text()
  if (json.trim() === '') throw invalidRequest([{ place: 'body', message: 'Field required' }])
  const body = parse(json)
  const problems: FieldProblem[] = []
  const value = model(body, 'body', problems)
  if (problems.length > 0) throw invalidRequest(problems)
  return value
}

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    throw invalidRequest([{ place: 'body.0', message: 'JSON decode error' }])
  }
}

const invalidRequest = (problems: readonly FieldProblem[]): WireError => {
  const lines = problems.map(({ place, message }) => pythonText(`field: ${place}, message: ${message}`))
  return new WireError(REQUEST_INVALID_CODE, `Request parameter error: [${lines.join(', ')}]`)
}

/** Text as Python shows it inside a list: single quotes, unless it holds some and no double ones. */
const pythonText = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote
}
