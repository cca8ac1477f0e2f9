import { followPath, renderValue } from '../../templates/render-template.ts'
import { type PathStep, parseTemplate } from '../../templates/template.ts'

/** A piece of a JSON text. `quoted` references stand inside of a JSON string. */
export type JsonPart =
  | { readonly text: string }
  | { readonly input: string; readonly steps: readonly PathStep[]; readonly quoted: boolean }

/**
 * Reads a JSON text with placeholders. Inside of quotes a placeholder is text and is escaped; anywhere else it is a whole JSON value, so no value
 * can add keys or end a string. Throws SyntaxError when the text is no JSON, whatever the values are.
 */
export const parseJsonTemplate = (template: string, inputNames: ReadonlySet<string>): JsonPart[] => {
  let quoted = false
  const parts = parseTemplate(template, inputNames).map((part): JsonPart => {
    if (!('text' in part)) return { ...part, quoted }
    quoted = endsInString(part.text, quoted)
    return part
  })
  JSON.parse(parts.map((part) => ('text' in part ? part.text : part.quoted ? 'x' : 'null')).join(''))
  return parts
}

/** Throws TemplateIndexError. */
export const renderJsonTemplate = (parts: readonly JsonPart[], values: Readonly<Record<string, unknown>>): string =>
  parts.map((part) => ('text' in part ? part.text : renderPart(part, values))).join('')

const renderPart = (
  { input, steps, quoted }: Exclude<JsonPart, { text: string }>,
  values: Readonly<Record<string, unknown>>,
): string => {
  const value = followPath(values[input], steps)
  return quoted ? JSON.stringify(renderValue(value, 'json')).slice(1, -1) : JSON.stringify(value ?? null)
}

const endsInString = (text: string, startsInString: boolean): boolean => {
  let inString = startsInString
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') inString = !inString
    else if (text[at] === '\\' && inString) at += 1
  }
  return inString
}
