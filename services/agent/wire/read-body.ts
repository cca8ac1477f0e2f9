import { findJsonError } from './find-json-error.ts'
import { InvalidRequestError } from './invalid-request.ts'
import { type Fields, isFields } from './read-fields.ts'

/** The JSON object of a wire request. Throws InvalidRequestError in the original's words. */
export const readBody = async (request: Request): Promise<Fields> => {
  const text = await request.text()
  if (text.trim() === '') throw new InvalidRequestError('missing', 'body', 'Field required')
  const body = parseJson(text)
  if (isFields(body)) return body
  throw new InvalidRequestError(
    'model_attributes_type',
    'body',
    'Input should be a valid dictionary or object to extract fields from',
  )
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidRequestError('json_invalid', findJsonError(text) ?? 0, 'JSON decode error')
  }
}
