import type { McpTool } from './mcp-tool.ts'

/** How long a list is kept when the server tells of changes: long, but its word may get lost. */
const TOLD_FRESH_MS = 5 * 60_000
/** And when it does not. */
const UNTOLD_FRESH_MS = 30_000

export interface ToolCache {
  /** The tools as they are known; asks for them when they are not, once for all who wait. */
  read(): Promise<McpTool[]>
  /** A tool by its name, if the list is known; asks nobody. */
  peek(name: string): McpTool | undefined
  forget(): void
}

export const createToolCache = (options: {
  ask: () => Promise<McpTool[]>
  tellsChanges: boolean
  now?: () => number
}): ToolCache => {
  const now = options.now ?? Date.now
  const freshMs = options.tellsChanges ? TOLD_FRESH_MS : UNTOLD_FRESH_MS
  let known: { tools: Map<string, McpTool>; until: number } | undefined
  let asking: Promise<McpTool[]> | undefined
  let generation = 0

  const refresh = async (): Promise<McpTool[]> => {
    const asked = generation
    const list = await options.ask()
    const tools = new Map<string, McpTool>()
    for (const tool of list) if (!tools.has(tool.name)) tools.set(tool.name, tool)
    // What was asked for before a change was told may be the list from before.
    if (asked === generation) known = { tools, until: now() + freshMs }
    return [...tools.values()]
  }

  return {
    async read() {
      if (known && now() < known.until) return [...known.tools.values()]
      asking ??= refresh().finally(() => {
        asking = undefined
      })
      return asking
    },
    peek: (name) => known?.tools.get(name),
    forget() {
      generation += 1
      known = undefined
      asking = undefined
    },
  }
}
