import { node, read, text } from './flow-parts.ts'

const START = 'node-start::start'
const QUESTION = 'question-answer::city'

/** A flow as its author would send it: asks in which city its user lives, with a name that the caller gives as an input, then says both. */
export const flowWithQuestion = {
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
