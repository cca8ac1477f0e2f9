import { parseTemplate, type TemplatePart } from './template.ts'

/**
 * A template of a node that shows text. The last piece rides in the node's end frame; a template without placeholders is one chunk before an
 * empty end frame, like the chunks that the original makes of its single characters.
 */
export const parseShownTemplate = (template: string, inputNames: ReadonlySet<string>): TemplatePart[] => {
  const parts = parseTemplate(template, inputNames)
  return parts.length === 1 && template !== '' ? [...parts, { text: '' }] : parts
}
