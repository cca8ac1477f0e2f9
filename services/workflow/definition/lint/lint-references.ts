import type { InputDefinition, OutputDefinition } from '../flow-definition.ts'
import type { Finding } from './finding.ts'
import type { LintGraph } from './lint-graph.ts'

type Schema = Readonly<Record<string, unknown>>
const ERROR_VARIABLES: Readonly<Record<string, Schema>> = {
  errorCode: { type: 'integer' },
  errorMessage: { type: 'string' },
}

/** Inputs of a node that refer to nothing, to what cannot have run before, or to a value of another type. */
export const lintReferences = (flow: LintGraph, node: number): Finding[] => {
  const { id, data } = flow.graph.nodes[node] as LintGraph['graph']['nodes'][number]
  const findings: Finding[] = []
  const names = new Set<string>()
  for (const [at, input] of data.inputs.entries()) {
    const place = { nodeId: id, field: `inputs.${at}` }
    if (names.has(input.name)) findings.push({ ...place, ...nameTwice(input.name) })
    names.add(input.name)
    const found = lintInput(flow, node, input)
    if (found) findings.push({ ...place, ...found })
  }
  return findings
}

type Found = Omit<Finding, 'nodeId' | 'field'>

const nameTwice = (name: string): Found => ({
  severity: 'warning',
  code: 'NAME_TWICE',
  message: `There are two inputs named ${name}; only the last one can be read.`,
  remedy: 'Give each input a name of its own.',
})

const lintInput = (flow: LintGraph, node: number, input: InputDefinition): Found | undefined => {
  const { value, type } = input.schema
  if (value.type !== 'ref') return undefined
  const { nodeId, name } = value.content as { nodeId?: string; name?: string }
  if (nodeId === undefined || name === undefined) return unset(input.name)
  const target = flow.graph.indexById.get(nodeId)
  if (target === undefined) return unknown(input.name, `the node ${nodeId}, which is not in the flow`)
  const schema = findSchema(flow.graph.nodes[target]?.data.outputs ?? [], name)
  if (schema === 'missing') return unknown(input.name, `${name}, which ${nodeId} does not have`)
  if (!flow.before(node).has(target)) return notEarlier(input.name, nodeId)
  return schema === 'open' ? undefined : lintType(input.name, type, schema)
}

const unset = (name: string): Found => ({
  severity: 'error',
  code: 'REFERENCE_UNSET',
  message: `The input ${name} refers to nothing.`,
  remedy: 'Choose a variable for it, give it a fixed value, or remove it.',
})

const unknown = (name: string, what: string): Found => ({
  severity: 'error',
  code: 'REFERENCE_UNKNOWN',
  message: `The input ${name} refers to ${what}.`,
  remedy: 'Choose a variable that exists.',
})

const notEarlier = (name: string, nodeId: string): Found => ({
  severity: 'warning',
  code: 'REFERENCE_NOT_EARLIER',
  message: `The input ${name} refers to ${nodeId}, which cannot have run before: it is always empty.`,
  remedy: 'Connect that node before this one, or refer to another one.',
})

const lintType = (name: string, wanted: string, given: unknown): Found | undefined => {
  if (typeof given !== 'string' || given === wanted) return undefined
  if (given === 'integer' && wanted === 'number') return undefined
  return {
    severity: 'warning',
    code: 'REFERENCE_TYPE',
    message: `The input ${name} is declared as ${wanted}, and gets ${given}.`,
    remedy: 'Declare it as what it gets, or refer to a variable of the declared type.',
  }
}

/** The type that a reference reads; `open` where no schema tells it, `missing` where nothing of that name is declared. */
const findSchema = (outputs: readonly OutputDefinition[], path: string): unknown => {
  const [first = '', ...keys] = path.split('.')
  let schema = outputs.find((output) => output.name === first)?.schema ?? ERROR_VARIABLES[first]
  if (!schema) return 'missing'
  let isMapped = false
  for (const key of keys) {
    while (isSchema(schema?.items)) {
      schema = schema.items
      isMapped = true
    }
    const properties: unknown = schema?.properties
    if (!isSchema(properties)) return 'open'
    if (!isSchema(properties[key])) return 'missing'
    schema = properties[key]
  }
  // A path through an array is taken in each of its items.
  return isMapped ? 'array' : (schema?.type ?? 'open')
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
