import { createShortCache } from '#shared/http/short-cache.ts'
import { createFlowClient } from '../clients/flow-client.ts'
import type { GatewayClient } from '../clients/gateway-client.ts'
import { createKnowledgeClient } from '../clients/knowledge-client.ts'
import { createLinkClient } from '../clients/link-client.ts'
import { createMcpClient } from '../clients/mcp-client.ts'
import type { TurnSources } from './pin-plugins.ts'

/** A changed tool, server or flow is noticed within this time. */
const LIMITS = { keptMsMax: 15_000, entriesMax: 2_000 }

/** Sources that are asked through the gateway, with caches of their own. */
export const createTurnSources = (gateway: GatewayClient): TurnSources => ({
  link: createLinkClient(gateway),
  linkCache: createShortCache(LIMITS),
  mcp: createMcpClient(gateway),
  mcpCache: createShortCache(LIMITS),
  flows: createFlowClient(gateway),
  flowCache: createShortCache(LIMITS),
  knowledge: createKnowledgeClient(gateway),
})
