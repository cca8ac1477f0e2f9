type Json = Record<string, unknown>

/** A protocol with what the wire repeats on every node left out. */
export interface CompactProtocol {
  nodes: CompactNode[]
  /** `a > b > c`, with handles `a [handle] > b`; or an edge as the wire writes it. */
  edges: (string | Json)[]
}

/** Either `data` as the wire writes it, or its parts. */
export interface CompactNode {
  id: string
  data?: Json
  alias?: string
  /**
   * By name, or `name:type`: `@<node> <path>` refers to another node, anything else is a literal. The type is otherwise that of the literal, or string.
   * The input's id is `id-<name>`.
   */
  inputs?: Record<string, unknown>
  /** Schemas, or types alone, by name; `name!` is a required one. */
  outputs?: Record<string, Json | string>
  param?: Json
  retry?: Json
  /** More keys of an output, by its name: `fileType`, … */
  outputKeys?: Record<string, Json>
}

/** The wire's envelope. */
export const expandProtocol = ({ nodes, edges }: CompactProtocol): Json => ({
  id: '1',
  name: 'conformance',
  description: '',
  version: 'v3.0.0',
  data: { nodes: nodes.map(expandNode), edges: edges.flatMap(expandEdge) },
})

export const aliasOf = ({ id, alias, data }: CompactNode): string =>
  (data?.nodeMeta as { aliasName?: string } | undefined)?.aliasName ?? alias ?? id

const expandNode = (node: CompactNode): Json => ({
  id: node.id,
  data: node.data ?? {
    nodeMeta: { nodeType: 'test', aliasName: aliasOf(node) },
    inputs: Object.entries(node.inputs ?? {}).map(expandInput),
    outputs: Object.entries(node.outputs ?? {}).map(([key, schema]) => expandOutput(key, schema, node.outputKeys)),
    nodeParam: node.param ?? {},
    ...(node.retry && { retryConfig: node.retry }),
  },
})

const expandInput = ([key, value]: [string, unknown]): Json => {
  const [name = '', type] = key.split(':')
  const found = typeof value === 'string' ? /^@(\S+) (.+)$/.exec(value) : null
  const content = found ? { nodeId: found[1], name: found[2] } : value
  return {
    id: `id-${name}`,
    name,
    schema: {
      type: type ?? (found ? 'string' : typeOf(value)),
      value: { type: found || value === '@' ? 'ref' : 'literal', content: value === '@' ? {} : content },
    },
  }
}

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value === 'object' ? 'object' : typeof value
}

const expandOutput = (key: string, schema: Json | string, keys: CompactNode['outputKeys']): Json => {
  const name = key.replace(/!$/, '')
  return {
    id: '',
    name,
    required: key !== name,
    schema: typeof schema === 'string' ? { type: schema } : schema,
    ...keys?.[name],
  }
}

const expandEdge = (edge: string | Json): Json[] => {
  if (typeof edge !== 'string') return [edge]
  const stops = edge.split(' > ').map((stop) => /^(\S+)(?: \[(.+)\])?$/.exec(stop) ?? [])
  return stops.slice(0, -1).map(([, sourceNodeId, sourceHandle = ''], index) => ({
    sourceNodeId,
    targetNodeId: stops[index + 1]?.[1],
    sourceHandle,
  }))
}
