import {
  type AnswerFrame,
  type AnswerStream,
  throwOnFailure,
  toAnswerStream,
  type WholeAnswer,
} from './answer-stream.ts'
import { type CallOptions, queryOf, type Transport } from './transport.ts'

/** An agent as the wire stores it; fields that are left out get the server's defaults. */
export interface BotConfig {
  app_id: string
  bot_id: string
  model_config: Record<string, unknown>
  regular_config: Record<string, unknown>
  knowledge_config?: Record<string, unknown>
  tool_ids?: string[]
  mcp_server_ids?: string[]
  mcp_server_urls?: string[]
  flow_ids?: string[]
}

/** A conversation so far: user and assistant take turns, the question comes last. */
export type Turns = { role: 'user' | 'assistant'; content: string }[]

export interface AgentFrame extends AnswerFrame {
  /** Unix milliseconds. */
  created?: number
  model?: string
}

export interface AgentClient {
  create(bot: BotConfig, options?: CallOptions): Promise<BotConfig>
  get(bot: BotKey, options?: CallOptions): Promise<BotConfig>
  update(bot: BotConfig, options?: CallOptions): Promise<BotConfig>
  delete(bot: BotKey, options?: CallOptions): Promise<void>
  /** Asks an agent and streams its frames: reasoning, tool calls, answer. */
  stream(botId: string, messages: Turns, options?: CallOptions & { uid?: string }): Promise<AnswerStream<AgentFrame>>
  /** Asks an agent and waits for the whole answer. */
  chat(botId: string, messages: Turns, options?: CallOptions & { uid?: string }): Promise<WholeAnswer>
}

export interface BotKey {
  appId: string
  botId: string
}

const CONFIG_PATH = '/agent/v1/bot-config'
const CHAT_PATH = '/agent/v1/chat/completions'

export const createAgentClient = (transport: Transport): AgentClient => ({
  create: (bot, options = {}) => transport.envelope(CONFIG_PATH, { ...options, body: bot }),
  update: (bot, options = {}) => transport.envelope(CONFIG_PATH, { ...options, method: 'PUT', body: bot }),
  get: (bot, options = {}) => transport.envelope(`${CONFIG_PATH}${toQuery(bot)}`, options),
  async delete(bot, options = {}) {
    await transport.envelope(`${CONFIG_PATH}${toQuery(bot)}`, { ...options, method: 'DELETE' })
  },

  async stream(botId, messages, options = {}) {
    const body = { bot_id: botId, uid: options.uid ?? '', messages, stream: true }
    const response = await transport.send(CHAT_PATH, { signal: options.signal, body })
    // A refusal before the first frame comes as one JSON object.
    if (response.headers.get('content-type')?.startsWith('application/json'))
      throwOnFailure((await response.json()) as AgentFrame)
    return toAnswerStream<AgentFrame>(response, options.signal)
  },

  async chat(botId, messages, options = {}) {
    const body = { bot_id: botId, uid: options.uid ?? '', messages, stream: false }
    const response = await transport.send(CHAT_PATH, { signal: options.signal, body })
    const answer = (await response.json()) as WholeAgentAnswer
    throwOnFailure(answer)
    const message = answer.choices?.[0]?.message
    return {
      content: message?.content ?? '',
      reasoning: message?.reasoning_content ?? '',
      usage: answer.usage ?? undefined,
      runId: response.headers.get('x-orrery-run-id') ?? '',
    }
  },
})

type WholeAgentAnswer = Omit<AnswerFrame, 'choices'> & {
  choices?: { message?: { content?: string | null; reasoning_content?: string | null } }[]
}

const toQuery = ({ appId, botId }: BotKey) => queryOf({ app_id: appId, bot_id: botId })
