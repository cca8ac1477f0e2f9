import type { ChatModel, ChatRequest, TokenUsage } from '../chat-model.ts'
import { pause } from '../pause.ts'
import { rehearseAnswer } from './rehearse-answer.ts'
import { countTokens, splitWords } from './split-words.ts'

/** Name of the model row that every new data directory has. */
export const REHEARSAL_NAME = 'rehearsal'

/**
 * The deterministic model that answers by rules (rehearse-answer.ts) when no language model is at hand. Same request, same text: an
 * interrupted answer goes on to the very end it would have had.
 */
export const createRehearsalModel = (options: { name?: string; tokenMs: number }): ChatModel => ({
  name: options.name ?? REHEARSAL_NAME,
  async *stream(request) {
    request.signal.throwIfAborted()
    const answer = rehearseAnswer(request.messages, request.tools ?? [])
    if (answer.type === 'tool') {
      const answered = request.messages.filter((message) => message.role === 'tool').length
      yield { type: 'tool-call', call: { id: `rehearsal-call-${answered + 1}`, ...answer.tool } }
      yield { type: 'finish', reason: 'tool-calls', usage: usageOf(request, answer.tool.arguments) }
      return
    }
    const { text, isCut } = limit(answer.text, request.maxTokens)
    // Text of another model cannot be gone on from; then the whole answer follows it.
    const delivered = request.continueFrom && text.startsWith(request.continueFrom) ? request.continueFrom.length : 0
    for (const word of splitWords(text.slice(delivered))) {
      if (options.tokenMs > 0) await pause(options.tokenMs, request.signal)
      else request.signal.throwIfAborted()
      yield { type: 'text', text: word }
    }
    yield { type: 'finish', reason: isCut ? 'length' : 'stop', usage: usageOf(request, text) }
  },
})

const limit = (text: string, maxTokens: number | undefined): { text: string; isCut: boolean } => {
  const words = splitWords(text)
  if (maxTokens === undefined || words.length <= maxTokens) return { text, isCut: false }
  return { text: words.slice(0, maxTokens).join(''), isCut: true }
}

const usageOf = (request: ChatRequest, answer: string): TokenUsage => {
  const promptTokens = request.messages.reduce((sum, message) => sum + countTokens(message.content), 0)
  const completionTokens = countTokens(answer)
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens }
}
