import { createAnswerParser } from '../calls/answer-parser.ts'
import { type AnswerPart, type AnswerReader, type FinishReason, NO_FRAGMENTS } from '../calls/answer-part.ts'
import type { ToolCallFragment } from '../calls/join-tool-calls.ts'
import { type ProviderFailure, statusOfType } from '../calls/provider-error.ts'
import { createItemReader } from '../calls/read-answer-items.ts'
import { asCount, asList, asObject, asText, type JsonObject } from '../calls/read-json.ts'
import type { TokenUsage } from '../chat-model.ts'
import { createSpaceSkipper } from './skip-space.ts'

/**
 * Reads the events of one Messages stream (https://docs.anthropic.com/en/docs/build-with-claude/streaming), or one whole message.
 * @param prefilled the text that the answer was begun with; '' when it was not
 */
export const createMessagesReader = (prefilled: string): AnswerReader => {
  const state = createMessageState(createSpaceSkipper(prefilled))
  return createItemReader(createAnswerParser(), state.read, (event) => event.type === 'message_stop')
}

const createMessageState = (skipSpace: (text: string) => string) => {
  const counts = { prompt: 0, completion: 0 }
  /** Blocks of thinking with their signatures, which the provider wants back beside the calls that follow them. */
  const thinking = new Map<unknown, JsonObject>()
  let isThinkingKept = false

  const read = (event: JsonObject): AnswerPart | undefined => {
    switch (event.type) {
      case 'message_start':
        return { ...nothing(), usage: noteUsage(asObject(asObject(event.message).usage)) }
      case 'content_block_start':
        return startBlock(event.index, asObject(event.content_block))
      case 'content_block_delta':
        return readDelta(event.index, asObject(event.delta))
      case 'message_delta':
        return { ...finishOf(asObject(event.delta).stop_reason), usage: noteUsage(asObject(event.usage)) }
      case 'message':
        return readWhole(event)
      case 'error':
        return { ...nothing(), failure: failureOf(asObject(event.error)) }
      default:
        // A ping, the end of a block, or what is yet to be invented: no sign of an answer.
        return event.error ? { ...nothing(), failure: failureOf(asObject(event.error)) } : undefined
    }
  }

  const startBlock = (index: unknown, block: JsonObject): AnswerPart | undefined => {
    if (block.type === 'text') return withText(skipSpace(asText(block.text)))
    if (block.type === 'thinking' || block.type === 'redacted_thinking') {
      thinking.set(index, { ...block })
      return withReasoning(asText(block.thinking))
    }
    if (block.type !== 'tool_use') return undefined
    const input = asObject(block.input)
    return withFragment(index, {
      id: asText(block.id),
      name: asText(block.name),
      // Written whole at the start only by servers that do not stream it.
      arguments: Object.keys(input).length > 0 ? JSON.stringify(input) : '',
      ...keptThinking(),
    })
  }

  const readDelta = (index: unknown, delta: JsonObject): AnswerPart | undefined => {
    if (delta.type === 'text_delta') return withText(skipSpace(asText(delta.text)))
    if (delta.type === 'input_json_delta') {
      return withFragment(index, { id: '', name: '', arguments: asText(delta.partial_json) })
    }
    const block = thinking.get(index)
    if (delta.type === 'thinking_delta') {
      const text = asText(delta.thinking)
      if (block) block.thinking = asText(block.thinking) + text
      return withReasoning(text)
    }
    if (delta.type === 'signature_delta' && block) block.signature = asText(block.signature) + asText(delta.signature)
    return undefined
  }

  /** Once, beside the first call: thinking comes before all calls of a message. */
  const keptThinking = (): { providerData?: string } => {
    if (isThinkingKept || thinking.size === 0) return {}
    isThinkingKept = true
    return { providerData: JSON.stringify({ thinking: [...thinking.values()] }) }
  }

  const noteUsage = (usage: JsonObject): TokenUsage => {
    const cached = asCount(usage.cache_creation_input_tokens) + asCount(usage.cache_read_input_tokens)
    counts.prompt = asCount(usage.input_tokens) + cached || counts.prompt
    counts.completion = asCount(usage.output_tokens) || counts.completion
    const { prompt, completion } = counts
    return { promptTokens: prompt, completionTokens: completion, totalTokens: prompt + completion }
  }

  /** A server that does not stream although it was asked to. */
  const readWhole = (message: JsonObject): AnswerPart => {
    const parts = asList(message.content).flatMap((block, index) => startBlock(index, asObject(block)) ?? [])
    return {
      ...finishOf(message.stop_reason),
      text: parts.map(({ text }) => text).join(''),
      reasoning: parts.map(({ reasoning }) => reasoning).join(''),
      fragments: parts.flatMap(({ fragments }) => fragments),
      usage: noteUsage(asObject(message.usage)),
    }
  }

  return { read }
}

const nothing = (): AnswerPart => ({ text: '', reasoning: '', fragments: NO_FRAGMENTS })
const withText = (text: string): AnswerPart => ({ text, reasoning: '', fragments: NO_FRAGMENTS })
const withReasoning = (reasoning: string): AnswerPart => ({ text: '', reasoning, fragments: NO_FRAGMENTS })
const withFragment = (index: unknown, fragment: Omit<ToolCallFragment, 'index' | 'position'>): AnswerPart => ({
  text: '',
  reasoning: '',
  fragments: [{ index: typeof index === 'number' ? index : undefined, position: 0, ...fragment }],
})

const finishReasons: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
}

const finishOf = (reason: unknown): AnswerPart =>
  typeof reason === 'string' ? { ...nothing(), finish: finishReasons[reason] ?? 'other' } : nothing()

const statuses: Record<string, number> = { api_error: 500, timeout_error: 504, overloaded_error: 529 }

const failureOf = (error: JsonObject): ProviderFailure => ({
  message: asText(error.message) || asText(error.type),
  status: statuses[asText(error.type)] ?? statusOfType(error.type),
})
