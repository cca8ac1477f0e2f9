import { followPath, renderValue } from './render-template.ts'
import { parseTemplate, type TemplatePart } from './template.ts'

const ADDRESS = /^https?:\/\//i
/** `.` and `..` as path segments, also percent-encoded: URLs resolve both forms (WHATWG URL, section 4.1). */
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?=\/|$)/i

/** A URL with placeholders. Throws SyntaxError when its fixed beginning is no http(s) address. */
export const parseUrlTemplate = (template: string, inputNames: ReadonlySet<string>): TemplatePart[] => {
  const parts = parseTemplate(template.trim(), inputNames)
  const [first] = parts
  if (first && 'text' in first && (first.text !== '' || parts.length === 1) && !ADDRESS.test(first.text)) {
    throw new SyntaxError('the URL must begin with http://, https:// or a placeholder')
  }
  return parts
}

/**
 * Puts values into a URL, percent-encoded, so that none can leave its place. Only a placeholder at the very beginning is an address and stays as it
 * is. Throws TemplateIndexError, and SyntaxError when the result is no URL or a value steps up in its path.
 */
export const renderUrl = (parts: readonly TemplatePart[], values: Readonly<Record<string, unknown>>): URL => {
  let text = ''
  for (const [index, part] of parts.entries()) {
    if ('text' in part) {
      text += part.text
      continue
    }
    const value = renderValue(followPath(values[part.input], part.steps), 'json').toWellFormed()
    const isAddress = index === 1 && text === ''
    text += isAddress ? value.trim() : encodeURIComponent(value)
  }
  const [path = ''] = text.split(/[?#]/, 1)
  if (DOT_SEGMENT.test(path)) throw new SyntaxError('the path of the URL holds a . or .. segment')
  const url = URL.parse(text)
  if (!url) throw new SyntaxError('with these values the URL is no absolute address')
  return url
}
