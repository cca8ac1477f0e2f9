import { AppError } from '#shared/errors/app-error.ts'
import { checkDocument } from '../openapi/check-document.ts'
import type { Json } from '../openapi/json-values.ts'
import { parseDocument } from '../openapi/parse-document.ts'
import { pythonText } from './python-text.ts'
import { LINK_CODES, WireError } from './wire-error.ts'

const YAML = 1
const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/

/**
 * The document of a tool from its base64.
 * @throws WireError 30300 with every reason why it is none
 */
export const readWireDocument = (
  what: 'create tool' | 'update tool',
  tool: { name: string; schemaType: number; openapiSchema: string },
): Json => {
  const refuse = (faults: readonly { path: string; message: string }[]): never => {
    const reasons = faults.map(({ path, message }) => ({ error_path: path, error_message: message }))
    const text = `${what}: failed to validate tool ${tool.name} openapi schema, reason ${pythonText(reasons)}`
    throw new WireError(LINK_CODES.OPENAPI_INVALID, text)
  }
  if (!BASE64.test(tool.openapiSchema)) return refuse([{ path: '$', message: 'it is no base64' }])
  const text = Buffer.from(tool.openapiSchema, 'base64').toString('utf8')
  try {
    const document = parseDocument(text, tool.schemaType === YAML ? 'yaml' : 'json')
    const faults = checkDocument(document)
    return faults.length > 0 ? refuse(faults) : document
  } catch (error) {
    if (error instanceof AppError) return refuse([{ path: '$', message: error.message }])
    throw error
  }
}
