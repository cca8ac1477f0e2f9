import { node, read, text } from '#shared/testing/flow-parts.ts'

const START = 'node-start::start'
const SEARCH = 'knowledge-base::search'
const TOOL = 'plugin::tool'
const AGENT = 'agent::agent'
const END = 'node-end::end'

const FOUND = { type: 'array', items: { type: 'object', properties: { content: { type: 'string' } } } }

/**
 * A flow that asks every other service on its way: searches a base, calls a tool with an effect, and lets an agent answer; then it tells all three.
 * @param parts.modelUrl of an OpenAI-compatible server, up to and with `/v1`
 */
export const flowOfServices = (parts: { baseId: string; toolId: string; operationId: string; modelUrl: string }) => ({
  id: '',
  name: 'All services',
  description: '',
  version: 'v3.0.0',
  data: {
    nodes: [
      node(START, { outputs: [text('AGENT_USER_INPUT', true)] }),
      node(SEARCH, {
        inputs: [read('query', START, 'AGENT_USER_INPUT')],
        outputs: [{ id: '', name: 'results', schema: FOUND }],
        nodeParam: {
          ...{ topN: '3', score: 0.1, flowId: '', docIds: [], ragType: 'AIUI-RAG2', repoId: [parts.baseId] },
        },
      }),
      node(TOOL, {
        inputs: [read('what', START, 'AGENT_USER_INPUT')],
        outputs: [text('sky')],
        nodeParam: {
          ...{
            pluginId: parts.toolId,
            operationId: parts.operationId,
            appId: 'ignored',
            version: 'V1.0',
            businessInput: [],
          },
        },
      }),
      node(AGENT, {
        inputs: [read('sky', TOOL, 'sky')],
        outputs: [text('output')],
        nodeParam: {
          ...{ appId: 'ignored', apiKey: 'k', apiSecret: 's', source: 'openai', maxLoopCount: 2 },
          modelConfig: { domain: 'words', api: `${parts.modelUrl}/chat/completions` },
          instruction: { reasoning: '', answer: '', query: 'The sky is {{sky}}.' },
          plugin: { tools: [], mcpServerIds: [], mcpServerUrls: [], workflowIds: [], knowledge: [] },
        },
      }),
      node(END, {
        inputs: [read('found', SEARCH, 'results'), read('sky', TOOL, 'sky'), read('said', AGENT, 'output')],
        nodeParam: { outputMode: 1, template: '{{found[0].content}} {{sky}} {{said}}', streamOutput: true },
      }),
    ],
    edges: [
      [START, SEARCH],
      [SEARCH, TOOL],
      [TOOL, AGENT],
      [AGENT, END],
    ].map(([sourceNodeId, targetNodeId]) => ({ sourceNodeId, targetNodeId, sourceHandle: '' })),
  },
})
