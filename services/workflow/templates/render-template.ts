import type { PathStep, TemplatePart } from './template.ts'

/** An index that the value does not have. The wire's 20602. */
export class TemplateIndexError extends Error {}

/** How values become text: `json` for texts that people see, `python` for prompts (the original renders them with Python's `str`). */
export type TextForm = 'json' | 'python'

/** Puts values into a parsed template. Throws TemplateIndexError. */
export const renderTemplate = (
  parts: readonly TemplatePart[],
  values: Readonly<Record<string, unknown>>,
  form: TextForm,
): string => {
  let text = ''
  for (const part of parts) {
    text += 'text' in part ? part.text : renderValue(followPath(values[part.input], part.steps), form)
  }
  return text
}

/** A missing key is null; an index outside of the array throws; a negative index is not applied. */
export const followPath = (value: unknown, steps: readonly PathStep[]): unknown => {
  let current = value
  for (const step of steps) {
    if (typeof step === 'string') current = readKey(current, step)
    else if (step >= 0) current = readIndex(current, step)
  }
  return current
}

const readKey = (value: unknown, key: string): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : null
}

const readIndex = (value: unknown, index: number): unknown => {
  if (!Array.isArray(value)) throw new TemplateIndexError(`[${index}] is applied to a value that is no array`)
  if (index >= value.length) throw new TemplateIndexError(`index ${index} is out of range (${value.length} items)`)
  return value[index]
}

/** Empty texts become one blank in prompts, as the original sends them. */
export const renderValue = (value: unknown, form: TextForm): string => {
  if (typeof value === 'string') return value === '' && form === 'python' ? ' ' : value
  return form === 'json' ? toSpacedJson(value) : toPythonText(value)
}

/** JSON with a blank after each comma and colon and nothing escaped that need not be: the form that Python's `json.dumps` writes. */
export const toSpacedJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(toSpacedJson).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${toSpacedJson(item)}`)
      .join(', ')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

/** A value as Python's `str` shows it: `True`, `None`, `{'k': 1}`. */
export const toPythonText = (value: unknown): string => (typeof value === 'string' ? value : toPythonLiteral(value))

const toPythonLiteral = (value: unknown): string => {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return quotePython(value)
  if (Array.isArray(value)) return `[${value.map(toPythonLiteral).join(', ')}]`
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, item]) => `${quotePython(key)}: ${toPythonLiteral(item)}`)
      .join(', ')}}`
  }
  return String(value)
}

const quotePython = (text: string): string => {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')
  if (text.includes("'") && !text.includes('"')) return `"${escaped}"`
  return `'${escaped.replaceAll("'", "\\'")}'`
}
