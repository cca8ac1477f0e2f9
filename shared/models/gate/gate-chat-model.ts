import type { Logger } from '#shared/logging/logger.ts'
import type { ChatModel } from '../chat-model.ts'
import type { ModelFacts } from '../model-facts.ts'
import { createGatedAnswer } from './gated-answer.ts'
import type { GatedModel, ModelGate } from './model-gate.ts'

/** One model of a chain: `name` is the one of its books, `model` asks the provider. */
export interface ChainLink extends GatedModel, Omit<ModelFacts, 'price'> {
  model: ChatModel
}

export interface Chain {
  first: ChainLink
  /** True when there are names to stand in. */
  hasFallbacks: boolean
  /** Who stands in, in order; asked only once the first one failed. */
  fallbacks(): Promise<ChainLink[]>
}

/** The model with its budget, places, books and those that stand in for it. */
export const gateChatModel = (chain: Chain, dependencies: { gate: ModelGate; logger: Logger }): ChatModel => ({
  name: chain.first.model.name,
  facts: { price: chain.first.price, limits: chain.first.limits, capabilities: chain.first.capabilities },
  stream: (request) => createGatedAnswer(chain, request, dependencies),
})
