import { Type } from '@sinclair/typebox'
import type { ChatMessage } from '#shared/models/chat-model.ts'
import type { HistoryScope } from '../engine/flow-services.ts'
import type { NodeExecution } from '../engine/node-execution.ts'

/** The original's share of the token limit for what earlier runs said, counted in bytes. */
const BYTES_PER_TOKEN = 0.8

/** The parameter by which a node remembers its own questions and answers from run to run. */
export const memoryParameters = { enableChatHistory: Type.Boolean({ default: false }) }

export interface NodeMemory {
  /** What this node asked and was answered in earlier runs of the conversation, oldest first. */
  recall(execution: NodeExecution): Promise<ChatMessage[]>
  remember(execution: NodeExecution, question: string, answer: string): Promise<void>
}

/**
 * The memory of a node with `enableChatHistory`: a conversation is one app, user and chat of one flow. Callers that name neither user nor chat are
 * strangers to each other, so nothing is kept of them. The history that a request brings along (`enableChatHistoryV2`) wins over this one.
 */
export const createNodeMemory = (
  nodeId: string,
  parameters: { enableChatHistory: boolean; enableChatHistoryV2: { isEnabled: boolean }; maxTokens: number },
): NodeMemory => {
  const isOn = parameters.enableChatHistory && !parameters.enableChatHistoryV2.isEnabled
  const scopeOf = ({ run: { flowId, appId, uid, chatId } }: NodeExecution): HistoryScope | undefined =>
    isOn && (uid !== '' || chatId !== '') ? { flowId, nodeId, appId, uid, chatId } : undefined
  return {
    async recall(execution) {
      const scope = scopeOf(execution)
      if (!scope) return []
      const rounds = await execution.services.histories.recall(scope, execution.idempotencyKey)
      return newestWithin(rounds, BYTES_PER_TOKEN * parameters.maxTokens).flatMap(
        ({ question, answer }): ChatMessage[] => [
          { role: 'user', content: question },
          { role: 'assistant', content: answer },
        ],
      )
    },
    async remember(execution, question, answer) {
      const scope = scopeOf(execution)
      if (scope) await execution.services.histories.remember(scope, { key: execution.idempotencyKey, question, answer })
    },
  }
}

const newestWithin = <Round extends { question: string; answer: string }>(
  rounds: readonly Round[],
  bytesMax: number,
): Round[] => {
  let bytes = 0
  const first = rounds.findLastIndex(({ question, answer }) => {
    bytes += Buffer.byteLength(question) + Buffer.byteLength(answer)
    return bytes > bytesMax
  })
  return rounds.slice(first + 1)
}
