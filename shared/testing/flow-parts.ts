/** Parts of flows as their authors would send them. */

/** An input that reads `from` of a node's outputs. */
export const read = (name: string, nodeId: string, from: string) => ({
  id: '',
  name,
  schema: { type: 'string', value: { type: 'ref', content: { nodeId, name: from } } },
})

/** An output of type string. */
export const text = (name: string, required = false) => ({ id: '', name, required, schema: { type: 'string' } })

/** A node with what `data` says of its inputs, outputs and parameters. */
export const node = (id: string, data: object) => ({
  id,
  data: { nodeMeta: { nodeType: 'test', aliasName: id }, inputs: [], outputs: [], nodeParam: {}, ...data },
})
