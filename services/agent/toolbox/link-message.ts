import type { LinkField, LinkOperation } from '../loop/link-operation.ts'
import { type Fields, isFields } from '../wire/read-fields.ts'

/** The parts of a call as `http_run` takes them: base64 of a JSON object each, empty ones left out. */
export type LinkMessage = Partial<Record<'header' | 'path' | 'query' | 'body', string>>

/**
 * What the model gave, put where the operation wants it: nested objects rebuilt from their leaves, defaults and nulls filled in. `business`
 * holds values of the caller that the model must not choose. Pure.
 */
export const toLinkMessage = (operation: LinkOperation, input: Fields, business: Fields = {}): LinkMessage => {
  const message: LinkMessage = {}
  for (const place of ['header', 'path', 'query', 'body'] as const) {
    const encoded = encodeObject(fillFields(operation[place], { operation, input, business }))
    if (encoded !== '') message[place] = encoded
  }
  return message
}

/** Base64 of the JSON of an object, its text in ASCII; '' for an empty one. Pure. */
export const encodeObject = (values: Fields): string => {
  if (Object.keys(values).length === 0) return ''
  const json = JSON.stringify(values).replaceAll(/[\u0080-\uffff]/g, escapeUnit)
  return Buffer.from(json, 'latin1').toString('base64')
}

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

interface Filling {
  operation: LinkOperation
  input: Fields
  business: Fields
}

const fillFields = (fields: readonly LinkField[], filling: Filling): Record<string, unknown> => {
  const values: Record<string, unknown> = {}
  for (const field of fields) {
    if (field.fields) {
      values[field.name] = fillFields(field.fields, filling)
      continue
    }
    const value = fillField(field, filling)
    if (value !== undefined) values[field.name] = value
    else if (filling.operation.sendsNull) values[field.name] = null
  }
  return values
}

const fillField = ({ name, from, fallback }: LinkField, { input, business }: Filling): unknown => {
  if (from === 'business') return business[name] ?? fallback
  if (from === 'default') return fallback
  return input[name] ?? fallback
}

/** The text of a reply for the model, and whether the call failed. The whole reply is kept beside it. Pure. */
export const readLinkReply = (reply: unknown): { text: string; failed: boolean; code: number; sid: string } => {
  const header = isFields(reply) && isFields(reply.header) ? reply.header : {}
  const code = typeof header.code === 'number' ? header.code : -1
  const sid = typeof header.sid === 'string' ? header.sid : ''
  if (code !== 0)
    return { text: `The tool failed with code ${code}: ${String(header.message ?? '')}`, failed: true, code, sid }
  const payload = isFields(reply) && isFields(reply.payload) ? reply.payload : {}
  const text = isFields(payload.text) ? payload.text.text : undefined
  return { text: typeof text === 'string' ? text : JSON.stringify(payload), failed: false, code, sid }
}
