/** One step into a value: a key of an object or an index of an array. Negative indexes are read, and not applied. */
export type PathStep = string | number

/** A piece of a template: text as it is, or a reference to an input of the same node. */
export type TemplatePart = { readonly text: string } | { readonly input: string; readonly steps: readonly PathStep[] }

const SEGMENT = String.raw`[\p{L}\p{N}_-]+(?:\[-?\d+\])*`
const PLACEHOLDER = new RegExp(String.raw`\{\{(${SEGMENT}(?:\.${SEGMENT})*)\}\}`, 'gu')
const STEP = /[^.[\]]+/gu

/**
 * Splits a template at its placeholders (`{{name}}`, `{{name.key}}`, `{{name[0]}}`, no blanks inside). Text and references alternate, and
 * text comes first and last, empty where a placeholder stands at the edge: each piece is a chunk on the wire. Placeholders that name no
 * input stay as they are written.
 */
export const parseTemplate = (template: string, inputNames: ReadonlySet<string>): TemplatePart[] => {
  const parts: TemplatePart[] = []
  let textStart = 0
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [name, ...steps] = readPath(match[1] ?? '')
    if (typeof name !== 'string' || !inputNames.has(name)) continue
    parts.push({ text: template.slice(textStart, match.index) }, { input: name, steps })
    textStart = match.index + match[0].length
  }
  parts.push({ text: template.slice(textStart) })
  return parts
}

/** The names that a template's placeholders begin with, inputs or not. */
export const placeholderNames = (template: string): ReadonlySet<string> => {
  const names = new Set<string>()
  for (const match of template.matchAll(PLACEHOLDER)) names.add(String(readPath(match[1] ?? '')[0]))
  return names
}

const readPath = (path: string): PathStep[] => {
  const steps: PathStep[] = []
  for (const match of path.matchAll(STEP)) {
    const isIndex = path[match.index - 1] === '['
    steps.push(isIndex ? Number(match[0]) : match[0])
  }
  return steps
}
