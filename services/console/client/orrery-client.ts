import { type AgentClient, createAgentClient } from './agent-client.ts'
import { type AppClient, createAppClient } from './app-client.ts'
import { createFlowClient, type FlowClient } from './flow-client.ts'
import { createKnowledgeClient, type KnowledgeClient } from './knowledge-client.ts'
import { createRunClient, type RunClient } from './run-client.ts'
import { type CallOptions, createTransport } from './transport.ts'

export interface OrreryClientOptions {
  /** `http://127.0.0.1:8080` */
  url: string
  /** The root key, or an app's `apiKey:apiSecret`. */
  key: string
  /** With the root key: the app that calls are for. An app's own key is for that app whatever is said here. */
  appId?: string
}

/** State of the installation, as `GET /health` shows it; needs no key. */
export interface Health {
  status: string
  timestamp: string
  services: Record<string, unknown>
  [field: string]: unknown
}

export interface OrreryClient {
  health(options?: CallOptions): Promise<Health>
  flows: FlowClient
  agents: AgentClient
  knowledge: KnowledgeClient
  apps: AppClient
  runs: RunClient
}

/**
 * A client of one Orrery, for Node.js and Bun: nothing but `fetch` and `eventsource-parser`. Every call takes a `signal`; every failure is an
 * OrreryError with a code that stays the same and, where there is one, a remedy.
 */
export const createOrreryClient = (options: OrreryClientOptions): OrreryClient => {
  const transport = createTransport(options)
  return {
    health: (callOptions = {}) => transport.json<Health>('/health', callOptions),
    flows: createFlowClient(transport, options.appId),
    agents: createAgentClient(transport),
    knowledge: createKnowledgeClient(transport),
    apps: createAppClient(transport),
    runs: createRunClient(transport),
  }
}
