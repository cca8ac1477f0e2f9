import { end, flow, joiner, message, node, output, ref } from '../../test/build-flow.ts'
import { type BadProtocol, between, END, echoEnd, GENERAL, literal, odd, START } from './bad-protocol.ts'

type Json = Record<string, unknown>
const start = node(START, { outputs: [output('q')] })

const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown => {
  let value: unknown = 0
  for (let level = 0; level < depth; level += 1) value = wrap(value)
  return value
}

const chain = (length: number) => {
  const ids = Array.from({ length }, (_, at) => `n${at}`)
  const all = [START, ...ids.map((id) => `text-joiner::${id}`), END]
  return flow(
    [start, ...ids.map((id) => joiner(id, {}, 'x')), echoEnd],
    all.slice(1).map((id, at): [string, string] => [all[at] ?? '', id]),
  )
}

/** Protocols that would cost more to look at than they are worth. */
export const sizeCases: (BadProtocol & { protocol: () => unknown })[] = [
  { name: 'ten thousand nodes', protocol: () => chain(10_000), code: GENERAL, says: ['data.nodes', '10002'] },
  {
    name: 'a hundred thousand edges',
    protocol: () => ({
      data: { nodes: [start], edges: Array(100_000).fill({ sourceNodeId: START, targetNodeId: END }) },
    }),
    code: GENERAL,
    says: ['data.edges', '100000'],
  },
  {
    name: 'ten megabytes in one text',
    protocol: () => between(message('m', {}, 'x'.repeat(10_000_000))),
    code: GENERAL,
    says: ['message::m', 'nodeParam.template', 'longer than'],
  },
  {
    name: 'ten megabytes in many texts',
    protocol: () => odd({ nodeParam: { mode: 0, lines: Array.from({ length: 100 }, () => 'x'.repeat(100_000)) } }),
    code: GENERAL,
    says: ['longer than'],
  },
  {
    name: 'ten megabytes of keys',
    protocol: () =>
      odd({
        nodeParam: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${at}${'k'.repeat(100_000)}`, 1])),
      }),
    code: GENERAL,
    says: ['longer than'],
  },
  {
    name: 'a million numbers',
    protocol: () => literal('array', Array(1_000_000).fill(1)),
    code: GENERAL,
    says: ['more than'],
  },
  {
    name: 'a literal of a hundred thousand lists',
    protocol: () =>
      literal(
        'array',
        nested(100_000, (inner) => [inner]),
      ),
    code: GENERAL,
    says: ['text-joiner::lit', 'inputs.0.schema.value.content', 'nested deeper'],
  },
  {
    name: 'a schema of a hundred thousand properties inside of each other',
    protocol: () =>
      odd({
        outputs: [{ name: 'x', schema: nested(100_000, (inner) => ({ type: 'object', properties: { a: inner } })) }],
      }),
    code: GENERAL,
    says: ['text-joiner::odd', 'outputs.0.schema', 'nested deeper'],
  },
  {
    name: 'an envelope inside of itself',
    protocol: () => nested(5_000, (inner) => ({ data: inner })),
    code: GENERAL,
    says: ['nested deeper'],
  },
  {
    name: 'an id of a megabyte',
    protocol: () => between(node(`message::${'x'.repeat(1_000_000)}`)),
    code: GENERAL,
    says: ['longer than'],
  },
  {
    name: 'an id of a page',
    protocol: () => between(node(`message::${'x'.repeat(4_000)}`)),
    code: GENERAL,
    says: ['node message::xxx', 'id: '],
  },
]

/** Hostile, but no more than that: they compile, and soon. */
export const harmlessCases: { name: string; protocol: () => unknown }[] = [
  ['as many nodes as may be', () => chain(4_998)],
  ['a template of open braces', () => between(message('m', { q: ref(START, 'q') }, '{'.repeat(490_000)))],
  ['a template of halves of placeholders', () => between(message('m', { q: ref(START, 'q') }, '{{q.'.repeat(120_000)))],
  [
    'a template of one endless path',
    () => between(message('m', { q: ref(START, 'q') }, `{{q${'.a[0]'.repeat(95_000)}`)),
  ],
  [
    'a template of one endless index',
    () => between(message('m', { q: ref(START, 'q') }, `{{q[${'0'.repeat(490_000)}`)),
  ],
  [
    'a template of a hundred thousand placeholders',
    () => between(message('m', { q: ref(START, 'q') }, '{{q}}'.repeat(99_000))),
  ],
  ['placeholders inside of placeholders', () => between(message('m', { q: ref(START, 'q') }, '{{q{{q'.repeat(80_000)))],
  ['every message reads every other', () => everyone(3_000)],
  [
    'an expression that is a bomb',
    () =>
      between(
        node('spark-llm::l', {
          outputs: [output('x')],
          param: { respFormat: 2, re_match_pattern: '((a+)+)+$' } as Json,
        }),
      ),
  ],
  ['a layered graph with more paths than atoms', () => layers(40, 12)],
].map(([name, protocol]) => ({ name, protocol }) as { name: string; protocol: () => unknown })

function everyone(count: number) {
  const ids = Array.from({ length: count }, (_, at) => `message::m${at}`)
  const nodes = ids.map((_, at) => message(`m${at}`, { q: ref(START, 'q') }, '{{q}}'))
  return flow(
    [start, ...nodes, end({ x: ref(START, 'q') }, '{{x}}')],
    [START, ...ids].map((id, at): [string, string] => [id, ids[at] ?? END]),
  )
}

function layers(depth: number, width: number) {
  const ids = Array.from({ length: depth }, (_, layer) => Array.from({ length: width }, (_, at) => `l${layer}x${at}`))
  const full = (id: string) => `text-joiner::${id}`
  const edges: [string, string][] = (ids[0] ?? []).map((id) => [START, full(id)])
  for (const [layer, above] of ids.entries()) {
    const below = ids[layer + 1]?.map(full) ?? [END]
    for (const id of above) for (const target of below) edges.push([full(id), target])
  }
  return flow([start, ...ids.flat().map((id) => joiner(id, {}, 'x')), echoEnd], edges)
}
