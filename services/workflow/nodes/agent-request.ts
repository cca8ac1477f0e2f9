import { type Static, Type } from '@sinclair/typebox'
import { OPENAI_SOURCE } from './find-model.ts'

const HISTORY_OFF = { isEnabled: false, rounds: 1 }
/** The agent service gets a base address; flows carry that of chat completions, two path parts longer. */
const COMPLETIONS_PATH = /\/[^/]+\/[^/]+\/?$/

const texts = Type.Array(Type.String(), { default: [] })

const knowledgeSchema = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 128 }),
  description: Type.String({ default: '', maxLength: 1024 }),
  topK: Type.Integer({ minimum: 1, maximum: 5 }),
  repoType: Type.Integer({ minimum: 1, maximum: 2 }),
  match: Type.Object({ repoIds: Type.Array(Type.String(), { minItems: 1 }), docIds: texts }),
})

const pluginsSchema = Type.Object({
  tools: Type.Array(
    Type.Union([
      Type.String(),
      Type.Object(
        { tool_id: Type.String(), version: Type.String({ default: 'V1.0' }) },
        { additionalProperties: true },
      ),
    ]),
    { default: [] },
  ),
  mcpServerIds: texts,
  mcpServerUrls: texts,
  workflowIds: texts,
  knowledge: Type.Array(knowledgeSchema, { default: [] }),
})

/** The parameters of an agent node. Its app is the one that owns the flow, whatever `appId` says. */
export const agentParameters = Type.Object({
  apiKey: Type.String({ default: '' }),
  apiSecret: Type.String({ default: '' }),
  uid: Type.String({ default: '' }),
  modelConfig: Type.Object({ domain: Type.String(), api: Type.String() }),
  instruction: Type.Object({
    reasoning: Type.String({ default: '' }),
    answer: Type.String({ default: '' }),
    query: Type.String(),
  }),
  plugin: pluginsSchema,
  maxLoopCount: Type.Integer({ minimum: 0 }),
  maxTokens: Type.Integer({ default: 10_240, exclusiveMinimum: 0 }),
  source: Type.Union([Type.Literal('xinghuo'), Type.Literal(OPENAI_SOURCE)], { default: 'xinghuo' }),
  enableChatHistoryV2: Type.Object(
    { isEnabled: Type.Boolean({ default: false }), rounds: Type.Integer({ default: 1, exclusiveMinimum: 0 }) },
    { default: HISTORY_OFF },
  ),
})

/** `model_config` of the agent service's custom route. */
export const toAgentModel = ({ source, modelConfig, apiKey, apiSecret }: Static<typeof agentParameters>) => {
  const isOpenAi = source === OPENAI_SOURCE
  return {
    domain: modelConfig.domain,
    api: isOpenAi ? modelConfig.api.replace(COMPLETIONS_PATH, '') : modelConfig.api,
    api_key: isOpenAi ? apiKey : `${apiKey}:${apiSecret}`,
  }
}

/** `plugin` of the agent service's custom route. */
export const toAgentPlugins = (plugin: Static<typeof pluginsSchema>) => ({
  tools: plugin.tools.map((tool) => (typeof tool === 'string' ? { tool_id: tool, version: 'V1.0' } : tool)),
  mcp_server_ids: plugin.mcpServerIds,
  mcp_server_urls: plugin.mcpServerUrls,
  workflow_ids: plugin.workflowIds,
  knowledge: plugin.knowledge.map(({ name, description, topK, repoType, match }) => ({
    name,
    description,
    top_k: topK,
    repo_type: repoType,
    match: { repo_ids: match.repoIds, doc_ids: match.docIds },
  })),
})
