import type { BareModels, BareRow } from '#shared/models/bare-models.ts'
import { CALL_LIMITS, type CallLimits } from '#shared/models/calls/call-limits.ts'
import type { TokenUsage } from '#shared/models/chat-model.ts'
import { askEmbeddings } from '#shared/models/embeddings/create-embedding-model.ts'
import type { ModelKind } from '#shared/models/model-repository.ts'

const TEST_PROMPT = 'Answer with the word OK.'
const TEST_DOCUMENTS = ['The word is OK.', 'Bread is baked in ovens.']
const ANSWER_TOKENS_MAX = 64
/** Whoever tests wants to hear the first failure, not the third. */
const LIMITS: CallLimits = { ...CALL_LIMITS, attemptsMax: 1, firstTokenMsMax: 30_000, totalMsMax: 60_000 }

/** What a model answered to one short question, by its kind. */
export interface ModelTestResult {
  kind: ModelKind
  totalMs: number
  /** Of chat models. */
  text?: string
  firstTokenMs?: number
  usage?: TokenUsage
  /** Of embedding models: numbers in a vector. */
  dimensions?: number
  /** Of rerank models: the scores of a document that answers the question and of one that does not. */
  scores?: { answering: number; other: number }
}

/** Asks a model one short question. Neither budgets nor books know of it. Throws ModelError with what is wrong. */
export const testModel = async (
  models: BareModels,
  row: BareRow & { kind: ModelKind },
  signal: AbortSignal,
): Promise<ModelTestResult> => {
  const startedMs = performance.now()
  const elapsedMs = () => Math.round((performance.now() - startedMs) * 10) / 10
  const outcome = await askByKind[row.kind](models, row, { signal, elapsedMs })
  return { kind: row.kind, ...outcome, totalMs: elapsedMs() }
}

type Ask = (
  models: BareModels,
  row: BareRow,
  call: { signal: AbortSignal; elapsedMs: () => number },
) => Promise<Omit<ModelTestResult, 'kind' | 'totalMs'>>

const askChat: Ask = async (models, row, { signal, elapsedMs }) => {
  const messages = [{ role: 'user' as const, content: TEST_PROMPT }]
  const result = { text: '', firstTokenMs: 0, usage: { promptTokens: 0, completionTokens: 0, totalTokens: 0 } }
  for await (const delta of models.chat(row, LIMITS).stream({ messages, maxTokens: ANSWER_TOKENS_MAX, signal })) {
    if (result.firstTokenMs === 0) result.firstTokenMs = elapsedMs()
    if (delta.type === 'text') result.text += delta.text
    if (delta.type === 'finish') result.usage = delta.usage
  }
  return result
}

const askEmbedding: Ask = async (models, row, { signal }) => {
  const options = models.optionsOf(row, LIMITS)
  const { vectors } = await askEmbeddings(models.embedding(row, LIMITS), options, { texts: [TEST_PROMPT], signal })
  return { dimensions: vectors.get(0)?.length ?? 0 }
}

const askRerank: Ask = async (models, row, { signal }) => {
  const { ranked } = await models.rerank(row, LIMITS)('Which word is it?', TEST_DOCUMENTS, signal)
  const scoreOf = (place: number) => ranked.find(({ index }) => index === place)?.score ?? 0
  return { scores: { answering: scoreOf(0), other: scoreOf(1) } }
}

const askByKind: Record<ModelKind, Ask> = { chat: askChat, embedding: askEmbedding, rerank: askRerank }
