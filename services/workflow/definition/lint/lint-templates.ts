import { placeholderNames } from '../../templates/template.ts'
import type { NodeDefinition } from '../flow-definition.ts'
import type { Finding } from './finding.ts'

/** Parameters that are templates, wherever in the parameters of a node they stand. */
const TEMPLATE_KEYS: ReadonlySet<string> = new Set([
  ...['template', 'reasoningTemplate', 'systemTemplate', 'prompt', 'promptPrefix', 'question'],
  ...['reasoning', 'answer', 'query', 'content'],
])
/** Options of a question are the deepest: `optionAnswer.0.content`. */
const DEPTH_MAX = 3

/** Placeholders of a node's templates that name none of its inputs: they are shown as they are written. */
export const lintTemplates = ({ id, data }: NodeDefinition): Finding[] => {
  const inputs = new Set(data.inputs.map(({ name }) => name))
  return findTemplates(data.nodeParam ?? {}, 'nodeParam', DEPTH_MAX).flatMap(({ field, template }) =>
    [...placeholderNames(template)]
      .filter((name) => !inputs.has(name))
      .map((name) => ({ nodeId: id, field, ...placeholderUnknown(name) })),
  )
}

const findTemplates = (value: object, path: string, depth: number): { field: string; template: string }[] =>
  Object.entries(value).flatMap(([key, child]: [string, unknown]) => {
    const field = `${path}.${key}`
    if (typeof child === 'string') return TEMPLATE_KEYS.has(key) ? [{ field, template: child }] : []
    if (typeof child !== 'object' || child === null || depth === 0) return []
    return findTemplates(child, field, depth - 1)
  })

const placeholderUnknown = (name: string): Omit<Finding, 'nodeId' | 'field'> => ({
  severity: 'warning',
  code: 'PLACEHOLDER_UNKNOWN',
  message: `{{${name}}} names no input of this node, and is shown as it is written.`,
  remedy: `Add an input named ${name}, or correct the name.`,
})
