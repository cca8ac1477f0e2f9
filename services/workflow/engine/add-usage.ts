import type { TokenUsage } from '#shared/models/chat-model.ts'

export const NO_TOKENS: TokenUsage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 }

export const addUsage = (sum: TokenUsage, usage: TokenUsage | undefined): TokenUsage =>
  usage
    ? {
        promptTokens: sum.promptTokens + usage.promptTokens,
        completionTokens: sum.completionTokens + usage.completionTokens,
        totalTokens: sum.totalTokens + usage.totalTokens,
      }
    : sum
