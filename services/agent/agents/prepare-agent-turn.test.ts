import { expect, test } from 'bun:test'
import type { PinnedTool, ToolReference } from '../loop/pinned-tool.ts'
import type { AgentTool } from './agent-settings.ts'
import { chooseTools } from './prepare-agent-turn.ts'

const pinned = (reference: object, name: string): PinnedTool => ({
  definition: { name, description: '', parameters: {} },
  hasEffect: false,
  // safe: the parts of a reference that the choice looks at
  reference: reference as ToolReference,
})
const link = (toolId: string, version: string, operationId: string) =>
  pinned({ kind: 'link', toolId, version, operation: { operationId } }, `${toolId}-${operationId}`)
const mcp = (serverId: string, serverUrl: string, toolName: string) =>
  pinned({ kind: 'mcp', serverId, serverUrl, toolName }, `${serverId}${serverUrl}-${toolName}`)
const offered = [
  pinned({ kind: 'builtin', toolId: 'calculator' }, 'calculator'),
  ...[link('t1', 'V1.0', 'add'), link('t1', 'V1.0', 'sub'), link('t1', 'V2.0', 'add'), link('t2', 'V1.0', 'mul')],
  ...[mcp('m1', '', 'echo'), mcp('m1', '', 'sum'), mcp('', 'http://m/mcp', 'echo')],
  pinned({ kind: 'workflow', flowId: 'f1' }, 'flow'),
]
const namesFor = (chosen: AgentTool[]) => chooseTools(offered, chosen).map(({ definition }) => definition.name)

const chosenLink = (operationId: string | null, version = 'V1.0'): AgentTool => ({
  ...{ kind: 'link', toolId: 't1', version, operationId },
})
const chosenMcp = (server: { serverId: string; url: string }, names: string[] | null): AgentTool => ({
  kind: 'mcp',
  ...server,
  names,
})

test.each([
  ['all operations of a tool, of the chosen version alone', [chosenLink(null)], ['t1-add', 't1-sub']],
  ['one operation', [chosenLink('sub')], ['t1-sub']],
  ['two operations of two versions', [chosenLink('sub'), chosenLink('add', 'V2.0')], ['t1-sub', 't1-add']],
  ['all tools of a registered server', [chosenMcp({ serverId: 'm1', url: '' }, null)], ['m1-echo', 'm1-sum']],
  ['one of them', [chosenMcp({ serverId: 'm1', url: '' }, ['sum'])], ['m1-sum']],
  ['none of them', [chosenMcp({ serverId: 'm1', url: '' }, [])], []],
  ['those of an address', [chosenMcp({ serverId: '', url: 'http://m/mcp' }, ['echo', 'x'])], ['http://m/mcp-echo']],
])('an agent is offered what was chosen of a source: %s', (_what, chosen, names) => {
  expect(namesFor(chosen as AgentTool[])).toEqual(['calculator', ...(names as string[]), 'flow'])
})
