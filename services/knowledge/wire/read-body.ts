import { OutboundTooLargeError } from '#shared/outbound/errors.ts'
import { readBytesAtMost } from '#shared/outbound/read-bytes.ts'
import type { FieldProblem, FieldRule } from './field-rules.ts'
import { REQUEST_INVALID_CODE, WireError } from './wire-error.ts'

/** Of one body: the text of some thousand pages. */
export const WIRE_BODY_BYTES_MAX = 32_000_000

/** Reads a JSON body and checks it against its model. Throws WireError 10003 that names every problem. */
export const readBody = async <Model>(request: Request, model: FieldRule<Model>): Promise<Model> => {
  const json = await readText(request)
  if (json.trim() === '') throw invalidRequest([{ place: 'body', message: 'Field required' }])
  const body = parse(json)
  const problems: FieldProblem[] = []
  const value = model(body, 'body', problems)
  if (problems.length > 0) throw invalidRequest(problems)
  return value
}

const readText = async (request: Request): Promise<string> => {
  try {
    return new TextDecoder().decode(await readBytesAtMost(new Response(request.body), WIRE_BODY_BYTES_MAX))
  } catch (error) {
    if (!(error instanceof OutboundTooLargeError)) throw error
    throw invalidRequest([{ place: 'body', message: `Body should have at most ${WIRE_BODY_BYTES_MAX} bytes` }])
  }
}

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    throw invalidRequest([{ place: 'body.0', message: 'JSON decode error' }])
  }
}

/** More of them help nobody, and a list of 10,000 wrong items makes as many. */
const PROBLEMS_TOLD_MAX = 100

const invalidRequest = (problems: readonly FieldProblem[]): WireError => {
  const lines = problems
    .slice(0, PROBLEMS_TOLD_MAX)
    .map(({ place, message }) => pythonText(`field: ${place}, message: ${message}`))
  return new WireError(REQUEST_INVALID_CODE, `Request parameter error: [${lines.join(', ')}]`)
}

/** Text as Python shows it inside a list: single quotes, unless it holds some and no double ones. */
const pythonText = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote
}
