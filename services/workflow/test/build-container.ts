import { node, output } from './build-flow.ts'

type Json = Record<string, unknown>

const listOf = { type: 'array' }

/** An iteration over its input `items`; `results` are the names that its end node is given. */
export const iteration = (id: string, items: unknown, parts: { results?: string[]; param?: Json } = {}): Json =>
  node(`iteration::${id}`, {
    inputs: { items },
    outputs: (parts.results ?? ['output']).map((name) => output(name, listOf)),
    param: { IterationStartNodeId: `iteration-node-start::${id}`, ...parts.param },
  })

/** Start node of a body: gives out `items`, the item, and `index`. */
export const iterationStart = (id: string): Json =>
  node(`iteration-node-start::${id}`, { outputs: [output('items', {}), output('index', { type: 'integer' })] })

export const iterationEnd = (id: string, inputs: Json): Json =>
  node(`iteration-node-end::${id}`, { inputs, param: { outputMode: 0 } })

export const question = (
  id: string,
  text: string,
  parts: { inputs?: Json; param?: Json; outputs?: Json[] } = {},
): Json =>
  node(`question-answer::${id}`, {
    inputs: parts.inputs ?? {},
    outputs: parts.outputs ?? [output('query'), output('content')],
    param: { question: text, answerType: 'direct', timeout: 5, needReply: false, ...parts.param },
  })
