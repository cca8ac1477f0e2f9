import { compilePlan, type Plan } from '../definition/compile-plan.ts'
import { parseDefinition } from '../definition/parse-definition.ts'
import type { NodeKind } from '../nodes/node-kind.ts'
import { nodeRegistry } from '../nodes/node-registry.ts'

type Json = Record<string, unknown>

export interface FlowJson {
  data: { nodes: Json[]; edges: Json[] }
}

/** A value of an input: `ref('node::1', 'output')`, or anything else as a literal. */
export const ref = (nodeId: string, name: string) => ({ ref: { nodeId, name } })

const toInput = ([name, value]: [string, unknown]): Json => {
  const isRef = typeof value === 'object' && value !== null && 'ref' in value
  const type = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'string'
  return {
    id: `id-${name}`,
    name,
    schema: {
      type: isRef ? 'string' : Array.isArray(value) ? 'array' : type,
      value: isRef ? { type: 'ref', content: (value as { ref: Json }).ref } : { type: 'literal', content: value },
    },
  }
}

export interface NodeParts {
  inputs?: Record<string, unknown>
  outputs?: Json[]
  param?: Json
  retry?: Json
}

/** A node as the wire writes it. */
export const node = (id: string, parts: NodeParts = {}): Json => ({
  id,
  data: {
    nodeMeta: { nodeType: 'test', aliasName: id },
    inputs: Object.entries(parts.inputs ?? {}).map(toInput),
    outputs: parts.outputs ?? [],
    nodeParam: parts.param ?? {},
    ...(parts.retry && { retryConfig: parts.retry }),
  },
})

export const output = (name: string, schema: Json = { type: 'string' }, required = false): Json => ({
  id: '',
  name,
  required,
  schema,
})

export const start = (...names: string[]): Json =>
  node('node-start::s', {
    outputs: (names.length > 0 ? names : ['q']).map((name) => output(name, { type: 'string' }, true)),
  })

export const end = (inputs: Record<string, unknown>, template?: string): Json =>
  node('node-end::e', {
    inputs,
    param: template === undefined ? { outputMode: 0 } : { outputMode: 1, template, streamOutput: true },
  })

export const message = (id: string, inputs: Record<string, unknown>, template: string): Json =>
  node(`message::${id}`, { inputs, param: { template, streamOutput: true } })

export const joiner = (id: string, inputs: Record<string, unknown>, prompt: string): Json =>
  node(`text-joiner::${id}`, { inputs, outputs: [output('output')], param: { mode: 0, prompt } })

export const model = (id: string, url: string, parts: NodeParts = {}): Json =>
  node(`spark-llm::${id}`, {
    inputs: { q: ref('node-start::s', 'q') },
    outputs: [output('output')],
    ...parts,
    param: { source: 'openai', domain: 'm', url, template: '{{q}}', ...parts.param },
  })

/** `['a', 'b']`, or with a handle `['a', 'b', 'branch_one_of::1']`. */
export type EdgeParts = [source: string, target: string, handle?: string]

export const flow = (nodes: Json[], edges: EdgeParts[]): FlowJson => ({
  data: {
    nodes,
    edges: edges.map(([sourceNodeId, targetNodeId, sourceHandle = '']) => ({
      sourceNodeId,
      targetNodeId,
      sourceHandle,
    })),
  },
})

/** Compiles; with kinds of its own a test decides what nodes do. */
export const compile = (json: unknown, ...kinds: NodeKind[]): Plan =>
  compilePlan(parseDefinition(json), new Map([...nodeRegistry, ...kinds.map((kind) => [kind.type, kind] as const)]))
