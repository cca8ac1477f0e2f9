import type { ChatMessage } from '#shared/models/chat-model.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { ApprovalPolicy, Background, Calling, ModelReference, TurnStarted } from '../loop/turn-events.ts'
import { DEFAULT_LIMITS, ROUNDS_MAX, type TurnLimits } from '../loop/turn-limits.ts'
import { type PinPluginsDependencies, pinPlugins } from './pin-plugins.ts'
import type { Plugins } from './plugins.ts'

export interface PrepareTurnDependencies extends PinPluginsDependencies {
  secrets: SecretBox
}

/** Who asks what. */
export interface TurnRequest {
  sid: string
  appId: string
  uid: string
  caller: string
  messages: ChatMessage[]
  conversationId?: string
  background?: Background
}

/** Who answers, and how: all that a turn of an agent depends on, its plugins not looked up yet. */
export interface AgentSpec {
  /** '' for an agent that the request itself describes. */
  botId: string
  instructions: TurnStarted['instructions']
  planModel: ModelReference
  answerModel: ModelReference
  plugins: Plugins
  settings: TurnSettings
}

/** What an agent's own settings say beyond the wire's configuration. */
export interface TurnSettings {
  calling: Calling
  limits: TurnLimits
  approval: ApprovalPolicy
  /** True: the answer names the chunks that it rests on, as `[1]`. */
  cite: boolean
  /** What a source of tools or knowledge that cannot be reached means: the wire's code for it, or a turn without it. */
  onBrokenSource: 'fail' | 'degrade'
}

/** How the wire's agents behave. */
export const WIRE_SETTINGS: TurnSettings = {
  calling: 'auto',
  limits: DEFAULT_LIMITS,
  approval: 'never',
  cite: false,
  onBrokenSource: 'fail',
}

/** All look-ups together: each has a limit of its own below this one. */
const PREPARE_MS_MAX = 60_000

/** Looks up and pins all that a turn depends on. Throws WireError for a source that is not there, where the settings want that. */
export const prepareTurn = async (
  dependencies: PrepareTurnDependencies,
  agent: AgentSpec,
  request: TurnRequest,
): Promise<TurnStarted> => {
  const { plugins, settings, ...pinned } = agent
  const { calling, limits, approval, cite, onBrokenSource } = settings
  const { appId, sid, messages } = request
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? ''
  const signal = AbortSignal.timeout(PREPARE_MS_MAX)
  const asking = { appId, sid, signal, question, onBrokenSource }
  const { tools, chunks, unavailable } = await pinPlugins(dependencies, plugins, asking)
  return {
    type: 'started',
    ...request,
    ...pinned,
    startedAt: new Date().toISOString(),
    calling,
    tools: limits.roundsMax > 0 ? tools : [],
    unavailable,
    onBrokenSource,
    knowledge: { chunks, cite },
    limits: { ...limits, roundsMax: Math.min(limits.roundsMax, ROUNDS_MAX) },
    approval,
  }
}
