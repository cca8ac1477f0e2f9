import { isFields } from '../wire/read-fields.ts'

/**
 * A passage with its pictures and tables in it. A reference is `{format, link, content, suffix}` for `<key>` in the text, or for some strategies only a
 * link for `{key}`. Formats that nobody knows leave the text as it is. Pure.
 */
export const resolveReferences = (text: string, references: unknown): string => {
  if (!isFields(references)) return text
  return Object.entries(references).reduce((resolved, [key, reference]) => {
    if (typeof reference === 'string') return resolved.replaceAll(`{${key}}`, () => `![alt](${reference})`)
    if (!isFields(reference)) return resolved
    const { format, link, content } = reference
    if (format === 'image') return resolved.replaceAll(`<${key}>`, () => `![alt](${String(link ?? '')})`)
    if (format === 'table') return resolved.replaceAll(`<${key}>`, () => `\n${String(content ?? '')}\n`)
    return resolved
  }, text)
}
