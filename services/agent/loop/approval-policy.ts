import type { ToolCall } from '#shared/models/chat-model.ts'
import type { PinnedTool } from './pinned-tool.ts'
import type { ApprovalPolicy } from './turn-events.ts'

/** True when a person must allow the call first. Tools that do not exist are refused without anybody. Pure. */
export const needsApproval = (policy: ApprovalPolicy, tool: PinnedTool | undefined): boolean => {
  if (!tool || policy === 'never') return false
  if (policy === 'always') return true
  if (policy === 'effects') return tool.hasEffect
  return namesOf(tool).some((name) => policy.includes(name))
}

/** The names by which an agent's settings may mean a tool: the one that the model sees, and the one of its source. */
const namesOf = ({ definition, reference }: PinnedTool): string[] => {
  switch (reference.kind) {
    case 'builtin':
      return [definition.name, reference.toolId]
    case 'link':
      return [definition.name, reference.toolId, reference.operation.operationId]
    case 'mcp':
      return [definition.name, reference.toolName]
    case 'workflow':
      return [definition.name, reference.flowId, reference.name]
    case 'knowledge':
      return [definition.name, reference.search.name]
    case 'memory':
      return [definition.name, reference.action]
  }
}

/** SHA-256 of a call, in hexadecimal digits: whoever allows it allows this name with these arguments, and no others. Pure. */
export const hashCall = ({ name, arguments: input }: Pick<ToolCall, 'name' | 'arguments'>): string =>
  new Bun.CryptoHasher('sha256').update(JSON.stringify([name, input])).digest('hex')
