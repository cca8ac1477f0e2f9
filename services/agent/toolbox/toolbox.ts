import { calculator } from './calculator.ts'
import { currentTime } from './current-time.ts'
import type { Tool } from './tool.ts'

export interface Toolbox {
  find(toolId: string): Tool | undefined
  /** Ids of all tools, ascending. */
  ids(): string[]
}

/** The tools that come with Orrery; a bot names them in `tool_ids`. */
export const createBuiltInToolbox = (): Toolbox => {
  const tools = new Map<string, Tool>([
    ['calculator', calculator],
    ['current-time', currentTime],
  ])
  return { find: (toolId) => tools.get(toolId), ids: () => [...tools.keys()] }
}
