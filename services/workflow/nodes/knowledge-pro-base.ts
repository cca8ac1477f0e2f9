import { type Static, Type } from '@sinclair/typebox'
import { FlowProtocolError } from '../definition/flow-protocol-error.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import type { NodeExecution } from '../engine/node-execution.ts'
import { toPythonText } from '../templates/render-template.ts'
import { defineNodeKind } from './node-kind.ts'

const ANSWER_OUTPUT = 'output'
const METADATA_OUTPUT = 'result'
const GO_ON = 'Your answer was cut off at its end. Go on with exactly what comes next and repeat nothing.'

/** By the numbers that flows carry, from 1. */
const MODES = ['DeepSearch', 'LongRAG'] as const
const STORES = ['AIUI-RAG2', 'CBG-RAG'] as const
const CBG_STORE = 2

const key = Type.String({ minLength: 1 })
const parameterSchema = Type.Object({
  model: key,
  url: key,
  domain: key,
  appId: key,
  apiKey: key,
  apiSecret: key,
  temperature: Type.Number({ default: 1, exclusiveMinimum: 0, maximum: 1 }),
  maxTokens: Type.Integer({ default: 2048, minimum: 1 }),
  topK: Type.Integer({ default: 3, minimum: 1, maximum: 6 }),
  uid: Type.String({ default: '' }),
  ragType: Type.Integer({ default: 1, minimum: 1, maximum: MODES.length }),
  repoIds: Type.Array(Type.String(), { minItems: 1 }),
  docIds: Type.Array(Type.String(), { default: [] }),
  repoType: Type.Integer({ default: 1, minimum: 1, maximum: STORES.length }),
  repoTopK: Type.Integer({ default: 3, minimum: 1, maximum: 5 }),
  answerRole: Type.String({ default: '' }),
  score: Type.Number({ default: 0.1 }),
})

/**
 * Lets the knowledge service answer its first input. `output` is the answer, shown as it comes; `result` lists what it rests on, wherever in the stream
 * that was told.
 */
export const knowledgeProBaseNode = defineNodeKind({
  type: 'knowledge-pro-base',
  handlesErrors: true,
  parameters: parameterSchema,
  build({ id, inputs, outputs }, parameters) {
    if (parameters.repoType === CBG_STORE && parameters.docIds.length === 0) {
      throw new FlowProtocolError(
        `node ${id}, nodeParam /docIds: a base of repoType ${CBG_STORE} needs documents`,
        wireCodes.KNOWLEDGE_PARAMETER_INVALID,
      )
    }
    const queryInput = inputs[0]?.name
    const isShown = outputs.some(({ name }) => name === ANSWER_OUTPUT)
    return {
      role: 'task',
      branches: false,
      effect: 'paid',
      streams: isShown ? { text: ANSWER_OUTPUT } : {},
      timeout: { limits: 'gap', result: wireCodes.KNOWLEDGE_NODE_FAILED },
      failure: wireCodes.KNOWLEDGE_NODE_FAILED,
      async execute(execution) {
        if (queryInput === undefined) throw new NodeError(wireCodes.KNOWLEDGE_NODE_FAILED, 'the node has no input')
        const query = toPythonText(execution.inputs[queryInput])
        const answer = await readAnswer(execution, toBody(parameters, query, execution))
        return {
          variables: { [ANSWER_OUTPUT]: answer.text, [METADATA_OUTPUT]: answer.metadata },
          rawOutput: answer.text,
        }
      },
    }
  },
})

const toBody = (
  parameters: Static<typeof parameterSchema>,
  query: string,
  { delivered, run }: NodeExecution,
): Record<string, unknown> => ({
  prompt: parameters.answerRole,
  rag: {
    type: STORES[parameters.repoType - 1],
    repo_id: parameters.repoIds,
    doc_id: parameters.docIds,
    topN: parameters.repoTopK,
    mode: MODES[parameters.ragType - 1],
    threshold: parameters.score,
    llm: {
      app_id: parameters.appId,
      api_key: parameters.apiKey,
      api_secret: parameters.apiSecret,
      base_url: parameters.url,
      model: parameters.domain,
      max_token: parameters.maxTokens,
      top_k: parameters.topK,
      temperature: parameters.temperature,
    },
  },
  messages: toMessages(query, delivered.text),
  meta_data: { caller: 'workflow', caller_sid: run.sid },
})

/** What was already shown of an answer is told as its own words, so that it goes on behind them. */
const toMessages = (query: string, shown: string) => {
  const asked = [{ role: 'user', content: query }]
  if (shown === '') return asked
  return [...asked, { role: 'assistant', content: shown }, { role: 'user', content: GO_ON }]
}

const readAnswer = async (
  { delivered, services, signal, token }: NodeExecution,
  body: Record<string, unknown>,
): Promise<{ text: string; metadata: unknown[] }> => {
  let { text } = delivered
  const metadata: unknown[] = []
  try {
    for await (const frame of services.knowledgeAgents.answer({ body, signal })) {
      if (frame.content_type === 'knowledge_metadata') {
        if (Array.isArray(frame.content)) metadata.push(...frame.content)
        else metadata.push(frame.content)
      } else if (frame.content !== '') {
        text += frame.content
        token({ text: frame.content, reasoning: '' })
      }
    }
  } catch (error) {
    signal.throwIfAborted()
    const detail = error instanceof Error ? error.message : String(error)
    throw new NodeError(wireCodes.KNOWLEDGE_REQUEST_FAILED, detail, { cause: error })
  }
  return { text, metadata }
}
