import { node, start } from '../../test/build-flow.ts'
import { type BadProtocol, beside, END, echoEnd, GENERAL, odd, START } from './bad-protocol.ts'

const input = (schema: unknown) => ({ inputs: [{ id: '', name: 'v', schema }] })
const literalInput = { name: 'v', schema: { type: 'string', value: { type: 'literal', content: '' } } }
const envelope = (nodes: unknown, edges: unknown) => ({ data: { nodes, edges } })
const edges = [{ sourceNodeId: START, targetNodeId: END, sourceHandle: '' }]
const edge = (change: object) => envelope([start(), echoEnd], [{ ...edges[0], ...change }])
const nodeAt = 'node text-joiner::odd, '

/** Wrong types and missing fields, everywhere that a protocol has a field. */
export const shapeCases: BadProtocol[] = [
  { name: 'a protocol that is a text', protocol: 'nodes', code: GENERAL, says: ['the protocol'] },
  { name: 'a protocol that is null', protocol: null, code: GENERAL, says: ['the protocol'] },
  { name: 'a protocol that is a list', protocol: [], code: GENERAL, says: ['the protocol'] },
  { name: 'a protocol without data', protocol: { name: 'x' }, code: GENERAL, says: ['data'] },
  { name: 'data that is null', protocol: { data: null }, code: GENERAL, says: ['data'] },
  { name: 'nodes that are no list', protocol: envelope({ 0: start() }, []), code: GENERAL, says: ['data.nodes'] },
  { name: 'edges that are no list', protocol: envelope([start()], 'none'), code: GENERAL, says: ['data.edges'] },
  { name: 'a single node without a list', protocol: envelope(start(), []), code: GENERAL, says: ['data.nodes'] },
  {
    name: 'a single edge without a list',
    protocol: envelope([start(), echoEnd], edges[0]),
    code: GENERAL,
    says: ['data.edges'],
  },
  { name: 'edges left out', protocol: { data: { nodes: [start()] } }, code: GENERAL, says: ['data.edges'] },
  { name: 'an empty node list', protocol: envelope([], []), code: 22_100, says: ['node list is empty'] },
  { name: 'a node that is null', protocol: beside(null), code: GENERAL, says: ['node number 2'] },
  { name: 'a node that is a text', protocol: beside('message::1'), code: GENERAL, says: ['node number 2'] },
  {
    name: 'a node without an id',
    protocol: beside({ data: node('message::1').data }),
    code: GENERAL,
    says: ['node number 2, id'],
  },
  {
    name: 'a node id that is a number',
    protocol: beside({ ...node('x::1'), id: 5 }),
    code: GENERAL,
    says: ['node number 2, id'],
  },
  {
    name: 'a node id without its two colons',
    protocol: beside(node('message')),
    code: GENERAL,
    says: ['node message, id'],
  },
  {
    name: 'a node id with blanks behind the colons',
    protocol: beside(node('message::a b')),
    code: GENERAL,
    says: ['node message::a b, id'],
  },
  {
    name: 'a node without data',
    protocol: beside({ id: 'message::1' }),
    code: GENERAL,
    says: ['node message::1, data'],
  },
  { name: 'no nodeMeta', protocol: odd({ nodeMeta: undefined }), code: GENERAL, says: [nodeAt, 'nodeMeta'] },
  {
    name: 'an alias that is a number',
    protocol: odd({ nodeMeta: { nodeType: 'x', aliasName: {} } }),
    code: GENERAL,
    says: [nodeAt, 'nodeMeta.aliasName'],
  },
  {
    name: 'a nodeType that is missing',
    protocol: odd({ nodeMeta: { aliasName: 'x' } }),
    code: GENERAL,
    says: [nodeAt, 'nodeMeta.nodeType'],
  },
  { name: 'inputs that are no list', protocol: odd({ inputs: 'v' }), code: GENERAL, says: [nodeAt, 'inputs'] },
  {
    name: 'a single input without a list',
    protocol: odd({ inputs: literalInput }),
    code: GENERAL,
    says: [nodeAt, 'inputs'],
  },
  {
    name: 'a single output without a list',
    protocol: odd({ outputs: { name: 'output', schema: { type: 'string' } } }),
    code: GENERAL,
    says: [nodeAt, 'outputs'],
  },
  {
    name: 'a single output without a list, where another value is text for what it says',
    protocol: odd({ outputs: { name: 'output', required: 'true', schema: {} } }),
    code: GENERAL,
    says: [nodeAt, 'outputs'],
  },
  {
    name: 'a kind of file without a list',
    protocol: odd({ outputs: [{ name: 'x', schema: {}, fileType: 'file', allowedFileType: 'pdf' }] }),
    code: GENERAL,
    says: [nodeAt, 'outputs.0.allowedFileType'],
  },
  {
    name: 'an input without a name',
    protocol: odd({ inputs: [{ schema: { type: 'string' } }] }),
    code: GENERAL,
    says: [nodeAt, 'inputs.0.name'],
  },
  {
    name: 'an input with an empty name',
    protocol: odd({ inputs: [{ ...input({}).inputs[0], name: '' }] }),
    code: GENERAL,
    says: [nodeAt, 'inputs.0.name'],
  },
  {
    name: 'an input named like a prototype',
    protocol: odd({
      inputs: [{ name: '__proto__', schema: { type: 'string', value: { type: 'literal', content: '' } } }],
    }),
    code: GENERAL,
    says: [nodeAt, 'inputs.0.name'],
  },
  {
    name: 'an output named like a prototype',
    protocol: odd({ outputs: [{ name: '__proto__', schema: { type: 'string' } }] }),
    code: GENERAL,
    says: [nodeAt, 'outputs.0.name'],
  },
  {
    name: 'an input without a schema',
    protocol: odd({ inputs: [{ name: 'v' }] }),
    code: GENERAL,
    says: [nodeAt, 'inputs.0.schema'],
  },
  {
    name: 'an input of an unknown type',
    protocol: odd(input({ type: 'time', value: { type: 'literal', content: '' } })),
    code: GENERAL,
    says: [nodeAt, 'inputs.0.schema.type'],
  },
  {
    name: 'an input without a value',
    protocol: odd(input({ type: 'string' })),
    code: GENERAL,
    says: [nodeAt, 'inputs.0.schema.value'],
  },
  {
    name: 'a value of an unknown kind',
    protocol: odd(input({ type: 'string', value: { type: 'guess', content: '' } })),
    code: GENERAL,
    says: [nodeAt, 'inputs.0.schema.value'],
  },
  {
    name: 'a reference that is a text',
    protocol: odd(input({ type: 'string', value: { type: 'ref', content: 'q' } })),
    code: GENERAL,
    says: [nodeAt, 'inputs.0.schema.value'],
  },
  {
    name: 'a reference without a name',
    protocol: odd(input({ type: 'string', value: { type: 'ref', content: { nodeId: START } } })),
    code: GENERAL,
    says: [nodeAt, 'inputs.0.schema.value'],
  },
  { name: 'outputs that are null', protocol: odd({ outputs: null }), code: GENERAL, says: [nodeAt, 'outputs'] },
  {
    name: 'an output without a schema',
    protocol: odd({ outputs: [{ name: 'x' }] }),
    code: GENERAL,
    says: [nodeAt, 'outputs.0.schema'],
  },
  {
    name: 'an output whose required is a list',
    protocol: odd({ outputs: [{ name: 'x', required: [], schema: {} }] }),
    code: GENERAL,
    says: [nodeAt, 'outputs.0.required'],
  },
  {
    name: 'kinds of files that are no list',
    protocol: odd({ outputs: [{ name: 'x', schema: {}, allowedFileType: { pdf: 1 } }] }),
    code: GENERAL,
    says: [nodeAt, 'outputs.0.allowedFileType'],
  },
  { name: 'nodeParam that is a list', protocol: odd({ nodeParam: [1] }), code: GENERAL, says: [nodeAt, 'nodeParam'] },
  {
    name: 'retryConfig that is a text',
    protocol: odd({ retryConfig: 'often' }),
    code: GENERAL,
    says: [nodeAt, 'retryConfig'],
  },
  { name: 'an edge that is null', protocol: envelope([start(), echoEnd], [null]), code: GENERAL, says: ['edge 0'] },
  {
    name: 'an edge without a source',
    protocol: edge({ sourceNodeId: undefined }),
    code: GENERAL,
    says: ['edge 0, sourceNodeId'],
  },
  {
    name: 'an edge whose target is an object',
    protocol: edge({ targetNodeId: {} }),
    code: GENERAL,
    says: ['edge 0, targetNodeId'],
  },
  {
    name: 'an edge whose handle is null',
    protocol: edge({ sourceHandle: null }),
    code: GENERAL,
    says: ['edge 0, sourceHandle'],
  },
]
