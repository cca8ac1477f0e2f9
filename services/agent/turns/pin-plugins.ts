import { WireError } from '../errors.ts'
import type { PinnedTool } from '../loop/pinned-tool.ts'
import { pinBuiltIn } from '../loop/upgrade-turn.ts'
import type { Toolbox } from '../toolbox/toolbox.ts'
import type { Plugins } from './plugins.ts'

export interface PinPluginsDependencies {
  toolbox: Toolbox
}

/** A plugin that cannot be used ends the request with the wire's code for its kind, rather than being left out in silence. */
export const pinPlugins = async (
  { toolbox }: PinPluginsDependencies,
  plugins: Plugins,
): Promise<{ tools: PinnedTool[]; unavailable: string[] }> => {
  const unknownTool = plugins.tools.find(({ toolId }) => !toolbox.find(toolId))
  if (unknownTool !== undefined) {
    throw new WireError(
      40023,
      `Failed to get link tool protocol: there is no tool "${unknownTool.toolId}"; there are ${toolbox.ids().join(', ')}`,
    )
  }
  const unsupported: [unknown[], number, string][] = [
    [plugins.knowledge, 40025, 'Failed to query knowledge base: agents do not search knowledge bases in this version'],
    [
      [...plugins.mcpServerIds, ...plugins.mcpServerUrls],
      40026,
      'Failed to list MCP tools: agents do not call MCP servers in this version',
    ],
    [plugins.flowIds, 40028, 'Failed to call workflow tool: agents do not call flows in this version'],
  ]
  for (const [ids, code, message] of unsupported) if (ids.length > 0) throw new WireError(code, message)
  return { tools: plugins.tools.flatMap(({ toolId }) => pinBuiltIn(toolId)), unavailable: [] }
}
