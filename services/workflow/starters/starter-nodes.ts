/** Small makers of protocol nodes, so that a starter flow reads like the picture of it. */

/** A flow that every new data directory has, published for the app `starter`. */
export interface StarterFlow {
  id: string
  name: string
  description: string
  /** The protocol's `data`. */
  graph: { nodes: object[]; edges: object[] }
}

export const INPUT_NAME = 'AGENT_USER_INPUT'
export const START_ID = 'node-start::start'

export interface Source {
  nodeId: string
  name: string
}

/** The text that the caller of a flow sent. */
export const question: Source = { nodeId: START_ID, name: INPUT_NAME }

/** An input that reads another node's output. `id` matters to branches only. */
export const input = (name: string, source: Source, options: { type?: string; id?: string } = {}) => ({
  id: options.id ?? '',
  name,
  schema: { type: options.type ?? 'string', value: { type: 'ref', content: source } },
})

/** An input with a fixed text. */
export const literal = (name: string, content: string, id = '') => ({
  id,
  name,
  schema: { type: 'string', value: { type: 'literal', content } },
})

export const output = (name: string, schema: object = { type: 'string' }) => ({ id: '', name, required: false, schema })

export const node = (
  id: string,
  alias: string,
  data: { inputs?: object[]; outputs?: object[]; nodeParam?: object },
) => ({
  id,
  data: { nodeMeta: { nodeType: 'starter', aliasName: alias }, inputs: [], outputs: [], nodeParam: {}, ...data },
})

export const startNode = node(START_ID, 'Start', {
  outputs: [{ id: '', name: INPUT_NAME, required: true, schema: { type: 'string' } }],
})

/** Shows a template as the flow's answer, token by token. */
export const endNode = (id: string, template: string, inputs: object[]) =>
  node(id, 'End', { inputs, nodeParam: { outputMode: 1, template, streamOutput: true } })

export const edge = (sourceNodeId: string, targetNodeId: string, sourceHandle = '') => ({
  sourceNodeId,
  targetNodeId,
  sourceHandle,
})
