import { type WireResult, wireCodes } from '../definition/wire-codes.ts'

/** One fault of a request, as Elysia and TypeBox report it. */
interface SchemaFault {
  /** JSON pointer, `/history/0/role`. */
  path: string
  message: string
  value?: unknown
}

/** How much of a refused value is quoted. */
const INPUT_CHARS_MAX = 200

/**
 * The original's text for an invalid request: a line per fault, `Parameter: body->flow_id, Input: 1, Error: … (type)`.
 * Only the first fault of each place is told.
 */
export const requestFault = (where: string, faults: readonly SchemaFault[]): WireResult => {
  const byPath = new Map<string, SchemaFault>()
  for (const fault of faults) if (!byPath.has(fault.path)) byPath.set(fault.path, fault)
  const lines = [...byPath.values()].map((fault) => {
    const place = [where, ...fault.path.split('/').filter(Boolean)].join('->')
    const missing = fault.value === undefined
    const type = missing ? 'missing' : 'value_error'
    return `Parameter: ${place}, Input: ${quote(fault.value)}, Error: ${missing ? 'Field required' : fault.message} (${type})`
  })
  return { code: wireCodes.PARAMETER_INVALID.code, message: lines.join('\n') }
}

/** The fault of a request whose body is no JSON. */
export const unreadableBody = (): WireResult => ({
  code: wireCodes.PARAMETER_INVALID.code,
  message: 'Parameter: body, Input: , Error: the body is not valid JSON (json_invalid)',
})

/** The fault of a request without the app header. */
export const missingAppHeader = (): WireResult =>
  requestFault('header', [{ path: '/x-consumer-username', message: '', value: undefined }])

const quote = (value: unknown): string => (JSON.stringify(value) ?? 'None').slice(0, INPUT_CHARS_MAX)
