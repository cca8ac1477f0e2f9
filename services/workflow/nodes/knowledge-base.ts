import { Type } from '@sinclair/typebox'
import { wireCodes } from '../definition/wire-codes.ts'
import { NodeError } from '../engine/node-error.ts'
import { toPythonText } from '../templates/render-template.ts'
import { defineNodeKind } from './node-kind.ts'

const HISTORY_OFF = { isEnabled: false }

/** Searches knowledge bases with its first input; its first output is the list of chunks. */
export const knowledgeBaseNode = defineNodeKind({
  type: 'knowledge-base',
  handlesErrors: true,
  parameters: Type.Object({
    topN: Type.String({ default: '5', pattern: String.raw`^\s*\d+\s*$` }),
    ragType: Type.String({ default: 'AIUI-RAG2' }),
    repoId: Type.Array(Type.String()),
    docIds: Type.Array(Type.String(), { default: [] }),
    flowId: Type.String({ default: '' }),
    score: Type.Number({ default: 0.1 }),
    enableChatHistoryV2: Type.Object({ isEnabled: Type.Boolean({ default: false }) }, { default: HISTORY_OFF }),
  }),
  build({ inputs, outputs }, parameters) {
    const queryInput = inputs[0]?.name
    const output = outputs[0]?.name
    return {
      role: 'task',
      branches: false,
      effect: 'none',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.KNOWLEDGE_NODE_FAILED,
      async execute({ inputs: values, run, services, signal }) {
        if (queryInput === undefined) throw new NodeError(wireCodes.KNOWLEDGE_NODE_FAILED, 'the node has no input')
        const results = await services.knowledge
          .query({
            appId: run.appId,
            query: toPythonText(values[queryInput]),
            topN: Number(parameters.topN),
            ragType: parameters.ragType,
            repoIds: parameters.repoId,
            docIds: parameters.docIds,
            flowId: parameters.flowId,
            threshold: parameters.score,
            // The whole list as it came: `rounds` and budgets are for models.
            history: parameters.enableChatHistoryV2.isEnabled ? run.history : [],
            signal,
          })
          .catch((error: unknown) => {
            const detail = error instanceof Error ? error.message : String(error)
            throw new NodeError(wireCodes.KNOWLEDGE_REQUEST_FAILED, detail, { cause: error })
          })
        return { variables: output === undefined ? {} : { [output]: results } }
      },
    }
  },
})
