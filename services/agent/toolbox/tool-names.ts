import type { PinnedTool } from '../loop/pinned-tool.ts'

/** What providers allow for the name of a function (https://platform.openai.com/docs/guides/function-calling). */
const NAME_CHARS_MAX = 64

/** Gives tools names that a provider accepts and that no two share; names that are both already stay as they are. Pure. */
export const nameTools = (tools: readonly PinnedTool[]): PinnedTool[] => {
  const taken = new Set<string>()
  return tools.map((tool) => {
    const name = freeName(toToolName(tool.definition.name), taken)
    taken.add(name)
    return name === tool.definition.name ? tool : { ...tool, definition: { ...tool.definition, name } }
  })
}

/** Letters of other scripts cannot stay; a name without any that can is `tool`. */
const toToolName = (name: string): string =>
  name
    .replaceAll(/[^\w-]+/g, '_')
    .slice(0, NAME_CHARS_MAX)
    .replace(/^_+$/, '') || 'tool'

const freeName = (name: string, taken: ReadonlySet<string>): string => {
  if (!taken.has(name)) return name
  for (let number = 2; ; number += 1) {
    const ending = `_${number}`
    const numbered = `${name.slice(0, NAME_CHARS_MAX - ending.length)}${ending}`
    if (!taken.has(numbered)) return numbered
  }
}
