/** A flow as its author would send it: asks in which city its user lives, with a name that the caller gives as an input, then says both. */
const START = 'node-start::start'
const QUESTION = 'question-answer::city'

const read = (name: string, nodeId: string, from: string) => ({
  id: '',
  name,
  schema: { type: 'string', value: { type: 'ref', content: { nodeId, name: from } } },
})
const text = (name: string, required = false) => ({ id: '', name, required, schema: { type: 'string' } })
const node = (id: string, data: object) => ({
  id,
  data: { nodeMeta: { nodeType: 'test', aliasName: id }, inputs: [], outputs: [], nodeParam: {}, ...data },
})

export const FLOW_WITH_QUESTION = {
  id: '',
  name: 'Where',
  description: '',
  version: 'v3.0.0',
  data: {
    nodes: [
      node(START, { outputs: [text('AGENT_USER_INPUT', true), text('name')] }),
      node(QUESTION, {
        inputs: [read('name', START, 'name')],
        outputs: [text('query'), text('content')],
        nodeParam: {
          source: 'openai',
          ...{ model: 'm', domain: 'm', url: 'http://model.test/v1', appId: '', apiKey: '', apiSecret: '' },
          answerType: 'direct',
          timeout: 3,
          needReply: true,
          directAnswer: { handleResponse: false, maxRetryCounts: 2 },
          optionAnswer: [],
          question: 'In which city do you live, {{name}}?',
        },
      }),
      node('node-end::end', {
        inputs: [read('city', QUESTION, 'content'), read('name', START, 'name')],
        nodeParam: { outputMode: 1, template: '{{name}} lives in {{city}}.', streamOutput: true },
      }),
    ],
    edges: [
      { sourceNodeId: START, targetNodeId: QUESTION, sourceHandle: '' },
      { sourceNodeId: QUESTION, targetNodeId: 'node-end::end', sourceHandle: '' },
    ],
  },
}
