import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js'
import type { Plan } from '../../definition/plan.ts'
import type {
  AgentFrame,
  FlowServices,
  HistoryStore,
  KnowledgeAgentFrame,
  VariableStore,
} from '../../engine/flow-services.ts'
import { ToolCallError } from '../../errors.ts'
import { memoryFlows } from '../memory-flows.ts'
import { memoryHistories } from '../memory-histories.ts'
import { memoryVariables } from '../memory-variables.ts'
import { testServices } from '../run-in-memory.ts'
import type { CompactProtocol } from './expand-protocol.ts'
import type { ModelAnswer } from './serve-scripted-model.ts'

/** What the services around a run answer, call by call; the last answer is repeated. */
export interface ServiceScript {
  model?: ModelAnswer[]
  knowledge?: (Failure | { results: unknown[] })[]
  agent?: (Failure | { frames: AgentFrame[] })[]
  knowledgeAnswers?: (Failure | { frames: KnowledgeAgentFrame[] })[]
  tools?: { schema: Record<string, unknown>; answers: (Failure | { text: string } | { linkCode: number })[] }
  /** By `<method> <path>`. A text is sent as it is, anything else as JSON. */
  http?: Record<string, { status?: number; headers?: Record<string, string>; body?: unknown }>
  mcp?: { tools: Tool[]; answers: Record<string, CallToolResult> }
  /** What the conversation remembers before the run, for flow `f`. */
  variables?: Record<string, unknown>
  /** Questions and answers of earlier runs, by the node that remembers them. */
  memories?: Record<string, [question: string, answer: string][]>
  /** Published flows, by id. */
  flows?: Record<string, CompactProtocol>
}

/** The call fails with this text, or never ends. */
type Failure = { error: string } | { hang: true }

const SCOPE = { appId: 'app1', uid: 'u1', chatId: '' }

export interface ServiceParts {
  script: ServiceScript
  plans: Record<string, Plan>
  stores: Stores
  /** Notes a call. */
  asked: (service: keyof ServiceScript, call: unknown) => void
}

/** The in-memory services of one run. */
export const scriptedServices = ({ script, plans, stores, asked }: ServiceParts): FlowServices => {
  const knowledge = inTurn(script.knowledge ?? [{ error: 'no knowledge is written' }])
  const agent = inTurn(script.agent ?? [{ error: 'no agent is written' }])
  const knowledgeAnswers = inTurn(script.knowledgeAnswers ?? [{ error: 'no answer is written' }])
  const tools = inTurn(script.tools?.answers ?? [{ error: 'no tool is written' }])
  const services: FlowServices = testServices({
    flows: memoryFlows(plans, () => services),
    histories: {
      recall: stores.histories.recall,
      remember(scope, { key, question, answer }) {
        asked('memories', { nodeId: scope.nodeId, question, answer })
        return stores.histories.remember(scope, { key, question, answer })
      },
    },
    knowledge: {
      async query({ signal, ...query }) {
        asked('knowledge', query)
        return (await succeed(knowledge(), signal)).results
      },
    },
    agents: {
      async *chat({ body, signal }) {
        asked('agent', body)
        yield* (await succeed(agent(), signal)).frames
      },
    },
    knowledgeAgents: {
      async *answer({ body, signal }) {
        asked('knowledgeAnswers', body)
        yield* (await succeed(knowledgeAnswers(), signal)).frames
      },
    },
    tools: {
      schemaOf: async () => script.tools?.schema ?? {},
      async run({ signal, message }) {
        asked('tools', message)
        const answer = await succeed(tools(), signal)
        if ('linkCode' in answer) throw new ToolCallError('the hub refuses', { linkCode: answer.linkCode })
        return answer.text
      },
    },
    variables: {
      get: stores.variables.get,
      set(scope, values) {
        asked('variables', values)
        return stores.variables.set(scope, values)
      },
    },
  })
  return services
}

/** What outlives a worker. */
export interface Stores {
  variables: VariableStore
  histories: HistoryStore
}

export const createStores = async (script: ServiceScript): Promise<Stores> => {
  const stores = { variables: memoryVariables(), histories: memoryHistories() }
  await stores.variables.set({ ...SCOPE, flowId: 'f' }, script.variables ?? {})
  for (const [nodeId, rounds] of Object.entries(script.memories ?? {})) {
    for (const [index, [question, answer]] of rounds.entries()) {
      const round = { key: `${nodeId} ${index}`, question, answer }
      await stores.histories.remember({ ...SCOPE, flowId: '1', nodeId }, round)
    }
  }
  return stores
}

const inTurn = <Answer>(answers: readonly Answer[]): (() => Answer) => {
  let calls = 0
  return () => {
    calls += 1
    return answers[Math.min(calls, answers.length) - 1] as Answer
  }
}

const succeed = async <Answer extends object>(
  answer: Answer,
  signal: AbortSignal,
): Promise<Exclude<Answer, Failure>> => {
  if ('error' in answer) throw new Error(String(answer.error))
  if ('hang' in answer) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  return answer as Exclude<Answer, Failure>
}

/** A server on a free port for what `http` writes. */
export const serveScriptedHttp = (
  script: NonNullable<ServiceScript['http']>,
  asked: (service: keyof ServiceScript, call: unknown) => void,
) => {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, search } = new URL(request.url)
      const headers = Object.fromEntries(request.headers)
      asked('http', { method: request.method, path: `${pathname}${search}`, headers, body: await request.text() })
      const answer = script[`${request.method} ${pathname}`]
      if (!answer) return new Response('not written', { status: 404 })
      const isText = typeof answer.body === 'string'
      return new Response(isText ? (answer.body as string) : JSON.stringify(answer.body), {
        status: answer.status ?? 200,
        headers: { 'content-type': isText ? 'text/plain' : 'application/json', date: 'now', ...answer.headers },
      })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}
