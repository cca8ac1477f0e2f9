import { REHEARSAL_NAME } from '#shared/models/rehearsal/rehearsal-model.ts'
import { edge, endNode, input, node, output, question, START_ID, type StarterFlow, startNode } from './starter-nodes.ts'

const SEARCH_ID = 'knowledge-base::handbook'
const PASSAGES_ID = 'text-joiner::passages'
const MODEL_ID = 'spark-llm::answer'
const END_ID = 'node-end::end'
/** The knowledge base that every new data directory has. */
const STARTER_BASE = 'starter-handbook'

/** Declares what later nodes may read of a result. */
const RESULTS_SCHEMA = {
  type: 'array',
  items: { type: 'object', properties: { content: { type: 'string' }, title: { type: 'string' } } },
}

/** start -> search the handbook -> write down what was found -> ask the model -> end */
export const knowledgeFlow: StarterFlow = {
  id: '102',
  name: 'Ask the handbook',
  description: 'Searches the starter handbook for your question and lets a model answer from what it finds.',
  graph: {
    nodes: [
      startNode,
      node(SEARCH_ID, 'Search the handbook', {
        inputs: [input('query', question)],
        outputs: [output('results', RESULTS_SCHEMA)],
        nodeParam: { topN: '3', ragType: 'AIUI-RAG2', repoId: [STARTER_BASE], docIds: [], score: 0 },
      }),
      // A joiner writes a list as JSON; in a model's prompt it would stand as Python writes it.
      node(PASSAGES_ID, 'Write down the passages', {
        inputs: [input('contents', { nodeId: SEARCH_ID, name: 'results.content' }, { type: 'array' })],
        outputs: [output('output')],
        nodeParam: { mode: 0, prompt: '{{contents}}' },
      }),
      node(MODEL_ID, 'Answer', {
        inputs: [input('question', question), input('passages', { nodeId: PASSAGES_ID, name: 'output' })],
        outputs: [output('output')],
        nodeParam: {
          model: REHEARSAL_NAME,
          domain: REHEARSAL_NAME,
          source: 'openai',
          appId: '',
          apiKey: '',
          apiSecret: '',
          url: '',
          systemTemplate: 'Answer from these passages of the handbook, and only from them:\n{{passages}}',
          template: '{{question}}',
        },
      }),
      endNode(END_ID, '{{answer}}', [input('answer', { nodeId: MODEL_ID, name: 'output' })]),
    ],
    edges: [
      edge(START_ID, SEARCH_ID),
      edge(SEARCH_ID, PASSAGES_ID),
      edge(PASSAGES_ID, MODEL_ID),
      edge(MODEL_ID, END_ID),
    ],
  },
}
