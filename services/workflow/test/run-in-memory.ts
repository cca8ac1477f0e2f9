import { silentLogger } from '#shared/logging/logger.ts'
import { createOpenAiChatModel } from '#shared/models/openai/openai-chat-model.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { createCodeSandbox } from '#shared/sandbox/code-sandbox.ts'
import { createKnowledgeAgentClient } from '../clients/knowledge-agent-client.ts'
import { createToolClient } from '../clients/tool-client.ts'
import { createToolSchemaCache } from '../clients/tool-schema-cache.ts'
import type { Plan } from '../definition/plan.ts'
import type { FlowServices } from '../engine/flow-services.ts'
import type { RunEvent, RunStarted } from '../engine/run-events.ts'
import { runFlow } from '../engine/run-flow.ts'
import { createFrameProjector } from '../frames/frame-projector.ts'
import type { WireFrame } from '../frames/wire-frame.ts'
import { memoryFlows } from './memory-flows.ts'
import { memoryHistories } from './memory-histories.ts'
import { memoryVariables } from './memory-variables.ts'

/** A gateway that is not there. */
const NO_GATEWAY = '/nowhere/gateway.sock'

/** Most time of a program, ms. */
const CODE_MS_MAX = 60_000
const code = createCodeSandbox({ python: 'auto', wallMsMax: CODE_MS_MAX, logger: silentLogger })

/** No agent service is there. */
export const noAgents: FlowServices['agents'] = {
  // biome-ignore lint/correctness/useYield: it fails before its first frame
  async *chat() {
    throw new Error('there is no agent service')
  },
}

/**
 * Real OpenAI-compatible models at the addresses that flows carry, no saved ones; a knowledge base that knows one chunk; a guard that lets tests
 * call this host.
 */
export const testServices = (overrides: Partial<FlowServices> = {}): FlowServices => ({
  models: {
    byName: async () => undefined,
    inline: async ({ url, modelId, apiKey }) =>
      createOpenAiChatModel({ name: modelId, url, modelId, apiKey, parameters: {}, fetch, logger: silentLogger }),
  },
  knowledge: { query: async ({ query }) => [{ content: `about ${query}`, score: 0.9 }] },
  variables: memoryVariables(),
  histories: memoryHistories(),
  agents: noAgents,
  knowledgeAgents: createKnowledgeAgentClient(NO_GATEWAY, 'owner'),
  tools: createToolClient({ gatewayPath: NO_GATEWAY, appId: 'owner', schemas: createToolSchemaCache() }),
  flows: memoryFlows({}, () => testServices(overrides)),
  outbound: createOutboundGuard({ allow: '127.0.0.0/8' }),
  files: { find: async () => undefined },
  code,
  ...overrides,
})

export const startEvent = (parameters: Record<string, unknown>, mode: RunStarted['mode'] = 'debug'): RunStarted => ({
  type: 'run-started',
  flowId: '1',
  version: '',
  mode,
  sid: 'sid',
  appId: 'app1',
  uid: 'u1',
  chatId: '',
  parameters,
  history: [],
})

export interface MemoryRun {
  plan: Plan
  start: RunStarted
  past?: readonly RunEvent[]
  services?: FlowServices
  onEvent?: (event: RunEvent) => void
  signal?: AbortSignal
}

/** Runs a flow with an array for a journal. Returns the events that it emitted, those of the past not among them. */
export const runInMemory = async (run: MemoryRun): Promise<RunEvent[]> => {
  const events: RunEvent[] = []
  await runFlow({
    runId: '7',
    plan: run.plan,
    start: run.start,
    past: run.past ?? [],
    services: run.services ?? testServices(),
    sink: {
      emit(event) {
        // What a journal would give back: plain JSON, nothing shared.
        events.push(JSON.parse(JSON.stringify(event)) as RunEvent)
        run.onEvent?.(event)
      },
      durable: () => Promise.resolve(),
    },
    signal: run.signal ?? new AbortController().signal,
  })
  return events
}

/** All frames of a run, as a client would get them. */
export const toFrames = (plan: Plan, start: RunStarted, events: readonly RunEvent[]): WireFrame[] => {
  const projector = createFrameProjector({ plan, mode: start.mode, sid: start.sid })
  return [start, ...events].map((event) => projector.project(event)).filter((frame) => frame !== undefined)
}

/** The frames behind a question, as whoever answered it would get them. */
export const toFramesBehind = (
  plan: Plan,
  run: { start: RunStarted; past: readonly RunEvent[]; rest: readonly RunEvent[] },
): WireFrame[] => {
  const projector = createFrameProjector({ plan, mode: run.start.mode, sid: run.start.sid })
  for (const event of [run.start, ...run.past]) projector.pass(event)
  return run.rest.map((event) => projector.project(event)).filter((frame) => frame !== undefined)
}

/** What a client reads: all shown text, in order. */
export const shownText = (events: readonly RunEvent[]): string =>
  events.map((event) => (event.type === 'node-delta' || event.type === 'node-completed' ? event.content : '')).join('')
