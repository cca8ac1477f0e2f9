import {
  edge,
  endNode,
  input,
  literal,
  node,
  output,
  question,
  START_ID,
  type StarterFlow,
  startNode,
} from './starter-nodes.ts'

const BRANCH_ID = 'if-else::is-greeting'
const GREETING_ID = 'text-joiner::greeting'
const OTHER_ID = 'text-joiner::other'
const END_ID = 'node-end::end'
const GREETING_CASE = 'branch_one_of::greeting'
const OTHER_CASE = 'branch_one_of::other'
/** Level of the case that is taken when no other one holds. */
const ELSE_LEVEL = 999

const answer = (id: string, alias: string, prompt: string) =>
  node(id, alias, {
    inputs: [input('text', question)],
    outputs: [output('output')],
    nodeParam: { mode: 0, prompt },
  })

/** start -> is it a greeting? -> one of two answers -> end */
export const branchFlow: StarterFlow = {
  id: '103',
  name: 'Branch',
  description: 'Answers a text that contains "hello" otherwise than all others.',
  graph: {
    nodes: [
      startNode,
      node(BRANCH_ID, 'Is it a greeting?', {
        inputs: [input('text', question, { id: 'text' }), literal('word', 'hello', 'word')],
        nodeParam: {
          cases: [
            {
              id: GREETING_CASE,
              level: 1,
              logicalOperator: 'or',
              conditions: [{ leftVarIndex: 'text', rightVarIndex: 'word', compareOperator: 'contains' }],
            },
            { id: OTHER_CASE, level: ELSE_LEVEL, logicalOperator: 'and', conditions: [] },
          ],
        },
      }),
      answer(GREETING_ID, 'Greet', 'Hello to you, too.'),
      answer(OTHER_ID, 'Repeat', 'You did not say hello, you said: {{text}}'),
      endNode(END_ID, '{{greeting}}{{other}}', [
        input('greeting', { nodeId: GREETING_ID, name: 'output' }),
        input('other', { nodeId: OTHER_ID, name: 'output' }),
      ]),
    ],
    edges: [
      edge(START_ID, BRANCH_ID),
      edge(BRANCH_ID, GREETING_ID, GREETING_CASE),
      edge(BRANCH_ID, OTHER_ID, OTHER_CASE),
      edge(GREETING_ID, END_ID),
      edge(OTHER_ID, END_ID),
    ],
  },
}
