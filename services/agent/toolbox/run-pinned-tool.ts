import type { FlowClient } from '../clients/flow-client.ts'
import type { KnowledgeClient } from '../clients/knowledge-client.ts'
import type { LinkClient } from '../clients/link-client.ts'
import type { McpClient } from '../clients/mcp-client.ts'
import type { MemoryStore } from '../memory/memory-store.ts'
import { runMemoryTool } from '../memory/memory-tools.ts'
import { readFlowAnswer } from './flow-outcome.ts'
import { readLinkReply, toLinkMessage } from './link-message.ts'
import { readMcpReply } from './mcp-outcome.ts'
import { ToolInputError } from './tool.ts'
import type { RunTool } from './tool-outcome.ts'
import type { Toolbox } from './toolbox.ts'

export interface ToolRunners {
  toolbox: Toolbox
  link: LinkClient
  mcp: McpClient
  flows: FlowClient
  knowledge: KnowledgeClient
  /** Absent where nothing is remembered. */
  memories?: MemoryStore
}

/** Runs the tools of a turn, each where it is. */
export const createToolRunner =
  (runners: ToolRunners): RunTool =>
  async (tool, input, context) => {
    const { reference } = tool
    switch (reference.kind) {
      case 'builtin': {
        const found = runners.toolbox.find(reference.toolId)
        if (!found) throw new ToolInputError(`There is no tool "${reference.toolId}" any more.`)
        return { text: await found.run(input, context), failed: false }
      }
      case 'link': {
        const { toolId, version, operation } = reference
        const message = toLinkMessage(operation, input)
        const reply = await runners.link.run({
          ...context,
          toolId,
          version,
          operationId: operation.operationId,
          message,
        })
        const { text, failed } = readLinkReply(reply)
        return { text, failed, response: reply }
      }
      case 'mcp': {
        const reply = await runners.mcp.call({ ...context, ...reference, input })
        return { ...readMcpReply(reply), response: reply }
      }
      case 'workflow': {
        const { flowId, version } = reference
        return readFlowAnswer(await runners.flows.run({ ...context, flowId, version, input }))
      }
      case 'knowledge': {
        const { query } = input
        if (typeof query !== 'string' || query.trim() === '') throw new ToolInputError('Give the text "query".')
        const chunks = await runners.knowledge.search(reference.search, { ...context, query })
        return { text: chunks.length === 0 ? 'Nothing was found.' : '', failed: false, chunks }
      }
      case 'memory':
        if (!runners.memories) throw new ToolInputError('Nothing is remembered here.')
        return runMemoryTool(runners.memories, { ...reference, input }, context)
    }
  }
