import { createAnswerParser } from '../calls/answer-parser.ts'
import { type AnswerPart, type AnswerReader, type FinishReason, NO_FRAGMENTS } from '../calls/answer-part.ts'
import type { ToolCallFragment } from '../calls/join-tool-calls.ts'
import { findFailure } from '../calls/provider-error.ts'
import { createItemReader } from '../calls/read-answer-items.ts'
import { asCount, asList, asObject, asText, type JsonObject } from '../calls/read-json.ts'
import type { TokenUsage } from '../chat-model.ts'

/** Reads the GenerateContentResponse objects of one stream (https://ai.google.dev/api/generate-content#generatecontentresponse). */
export const createGenerateReader = (): AnswerReader => {
  let calls = 0

  /** Calls come whole, so each has a place of its own. */
  const toFragment = (part: JsonObject): ToolCallFragment => {
    const call = asObject(part.functionCall)
    const signature = asText(part.thoughtSignature)
    return {
      index: calls++,
      position: 0,
      id: asText(call.id),
      name: asText(call.name),
      arguments: JSON.stringify(call.args ?? {}),
      ...(signature === '' ? {} : { providerData: JSON.stringify({ thoughtSignature: signature }) }),
    }
  }

  const read = (response: JsonObject): AnswerPart => {
    const part: AnswerPart = { text: '', reasoning: '', fragments: NO_FRAGMENTS }
    const failure = findFailure(response)
    if (failure) return { ...part, failure }
    const candidate = asObject(asList(response.candidates)[0])
    for (const value of asList(asObject(candidate.content).parts)) {
      const piece = asObject(value)
      if (piece.functionCall) part.fragments = [...part.fragments, toFragment(piece)]
      else if (piece.thought === true) part.reasoning += asText(piece.text)
      else part.text += asText(piece.text)
    }
    const finish = finishOf(candidate.finishReason, asObject(response.promptFeedback).blockReason)
    if (finish) part.finish = finish
    if (response.usageMetadata) part.usage = usageOf(asObject(response.usageMetadata))
    return part
  }

  return createItemReader(createAnswerParser(), read)
}

const finishReasons: Record<string, FinishReason> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
}

const UNSPECIFIED = /_UNSPECIFIED$/

/** A prompt that was blocked has no candidate at all. */
const finishOf = (reason: unknown, blockReason: unknown): FinishReason | undefined => {
  if (asText(blockReason) !== '' && !UNSPECIFIED.test(asText(blockReason))) return 'content-filter'
  const name = asText(reason)
  return name === '' || UNSPECIFIED.test(name) ? undefined : (finishReasons[name] ?? 'other')
}

/** Thoughts are paid for like the answer. */
const usageOf = (usage: JsonObject): TokenUsage => {
  const promptTokens = asCount(usage.promptTokenCount) + asCount(usage.toolUsePromptTokenCount)
  const completionTokens = asCount(usage.candidatesTokenCount) + asCount(usage.thoughtsTokenCount)
  return {
    promptTokens,
    completionTokens,
    totalTokens: asCount(usage.totalTokenCount) || promptTokens + completionTokens,
  }
}
