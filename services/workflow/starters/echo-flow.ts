import { edge, endNode, input, question, START_ID, type StarterFlow, startNode } from './starter-nodes.ts'

const END_ID = 'node-end::end'

/** start -> end */
export const echoFlow: StarterFlow = {
  id: '101',
  name: 'Echo',
  description: 'Says what you said. The smallest flow there is.',
  graph: {
    nodes: [startNode, endNode(END_ID, 'You said: {{text}}', [input('text', question)])],
    edges: [edge(START_ID, END_ID)],
  },
}
