import { type EdgeParts, flow, joiner, message, node, start } from '../../test/build-flow.ts'
import { type BadProtocol, beside, between, END, echoEnd, GENERAL, START } from './bad-protocol.ts'

const joined = (...edges: EdgeParts[]) => flow([start(), joiner('a', {}, ''), joiner('b', {}, ''), echoEnd], edges)
const [A, B] = ['text-joiner::a', 'text-joiner::b'] as const

/** Graphs that are none: circles, edges that lead nowhere, nodes that are there twice or of no kind. */
export const graphCases: BadProtocol[] = [
  {
    name: 'a circle of two',
    protocol: joined([START, A], [A, B], [B, A], [B, END]),
    code: GENERAL,
    says: ['cycle', `${A} -> ${B} -> ${A}`],
  },
  {
    name: 'a node that leads to itself',
    protocol: joined([START, A], [A, A], [A, END]),
    code: GENERAL,
    says: ['cycle', `${A} -> ${A}`],
  },
  {
    name: 'an end that leads to the start',
    protocol: joined([START, END], [END, START]),
    code: GENERAL,
    says: ['cycle', START],
  },
  {
    name: 'a circle along an exception branch',
    protocol: joined([START, A], [A, B], [B, A, 'intent_chain|fail_one_of::1'], [B, END]),
    code: GENERAL,
    says: ['cycle', B],
  },
  {
    name: 'an edge to nowhere',
    protocol: joined([START, 'message::gone']),
    code: 22_300,
    says: ['message::gone', 'unknown node'],
  },
  {
    name: 'an edge from nowhere',
    protocol: joined(['message::gone', END]),
    code: 22_300,
    says: ['message::gone', 'unknown node'],
  },
  {
    name: 'an edge to a node by its alias',
    protocol: joined([START, 'end']),
    code: 22_300,
    says: ['end', 'unknown node'],
  },
  {
    name: 'two nodes of one id',
    protocol: flow([start(), echoEnd, echoEnd], [[START, END]]),
    code: 22_300,
    says: ['duplicate', END],
  },
  {
    name: 'two start nodes of one id',
    protocol: flow([start(), start(), echoEnd], [[START, END]]),
    code: 22_300,
    says: ['duplicate', START],
  },
  { name: 'no start node', protocol: flow([echoEnd], []), code: 22_300, says: ['no start node'] },
  { name: 'a kind that does not exist', protocol: beside(node('rocket::1')), code: 22_101, says: ['rocket'] },
  {
    name: 'a kind that only the list of names has',
    protocol: beside(node('template-transform::1')),
    code: 22_101,
    says: ['template-transform'],
  },
  { name: 'a kind in capitals', protocol: beside(node('Message::1')), code: 22_101, says: ['Message'] },
  { name: 'a kind named like a method', protocol: beside(node('constructor::1')), code: 22_101, says: ['constructor'] },
  {
    name: 'an id that begins with the colons',
    protocol: beside(node('::1')),
    code: 22_101,
    says: ['unsupported node type'],
  },
  {
    name: 'an end that cannot be reached',
    protocol: flow([start(), echoEnd], []),
    code: GENERAL,
    says: [END, 'cannot be reached'],
  },
  {
    name: 'a message that cannot be reached',
    protocol: beside(message('m', {}, 'x')),
    code: GENERAL,
    says: ['message::m', 'cannot be reached'],
  },
  {
    name: 'an iteration that does not say where it starts',
    protocol: between(node('iteration::i', { inputs: { v: [] } })),
    code: 22_101,
    says: ['iteration::i', 'IterationStartNodeId'],
  },
  {
    name: 'an iteration that starts nowhere',
    protocol: between(
      node('iteration::i', { inputs: { v: [] }, param: { IterationStartNodeId: 'iteration-node-start::gone' } }),
    ),
    code: 22_300,
    says: ['iteration::i', 'iteration-node-start::gone'],
  },
  {
    name: 'an iteration whose body is outside of it as well',
    protocol: between(node('iteration::i', { inputs: { v: [] }, param: { IterationStartNodeId: END } })),
    code: GENERAL,
    says: [END, 'outside'],
  },
]
