import { coerceLiteral } from './coerce-literal.ts'
import type { InputDefinition } from './flow-definition.ts'
import { FlowProtocolError } from './flow-protocol-error.ts'
import { LiteralError } from './parse-python-literal.ts'
import type { InputBinding, OutputDeclaration, ReferenceStep } from './plan.ts'

type Schema = Readonly<Record<string, unknown>>

/** A node of the definition that an input may name: its plan index, when a run can reach it, and its outputs. */
export interface ReferenceTarget {
  readonly index: number | undefined
  /** How many scopes further out it is. */
  readonly levels: number
  readonly outputs: readonly OutputDeclaration[]
}

const ERROR_VARIABLES: Record<string, Schema> = { errorCode: { type: 'integer' }, errorMessage: { type: 'string' } }

const INITIAL_BY_TYPE: Record<string, unknown> = {
  string: '',
  number: 0,
  integer: 0,
  boolean: false,
  array: [],
  object: {},
}

/** What a variable holds before it is written: its schema's default, else the empty value of its type. */
export const initialValue = (schema: Schema): unknown =>
  schema.default !== undefined ? schema.default : (INITIAL_BY_TYPE[String(schema.type)] ?? null)

/**
 * Decides at compile time where a node's inputs come from. A wrong reference is no compile error on the wire: it fails the node that reads
 * it. Throws FlowProtocolError when a literal cannot be brought to its type.
 */
export const bindInputs = (
  nodeId: string,
  inputs: readonly InputDefinition[],
  find: (nodeId: string) => ReferenceTarget | undefined,
): InputBinding[] =>
  inputs.map(({ id = '', name, schema }): InputBinding => {
    const { value } = schema
    if (value.type === 'ref') return bindReference({ id, name }, value.content, find)
    try {
      return { name, id, from: 'literal', value: coerceLiteral(schema.type, value.content) }
    } catch (error) {
      if (!(error instanceof LiteralError)) throw error
      throw new FlowProtocolError(`node ${nodeId}, input ${name}: ${error.message}`)
    }
  })

const bindReference = (
  input: { id: string; name: string },
  content: { nodeId?: unknown; name?: unknown },
  find: (nodeId: string) => ReferenceTarget | undefined,
): InputBinding => {
  const { nodeId, name: path } = content
  if (typeof nodeId !== 'string' || typeof path !== 'string') {
    return { ...input, from: 'broken', reason: `input ${input.name} refers to nothing` }
  }
  const broken = { ...input, from: 'broken', reason: `input ${input.name} refers to ${nodeId} ${path}` } as const
  const target = find(nodeId)
  const [output = '', ...keys] = path.split('.')
  const schema = target?.outputs.find((declared) => declared.name === output)?.schema ?? ERROR_VARIABLES[output]
  if (!target || !schema) return broken
  const steps = bindSteps(schema, keys)
  if (!steps) return broken
  if (target.index === undefined)
    return { ...input, from: 'unreached', value: steps.at(-1)?.initial ?? initialValue(schema) }
  if (target.levels > 0) return { ...input, from: 'outer', levels: target.levels, node: target.index, output, steps }
  return { ...input, from: 'node', node: target.index, output, steps }
}

/** Undefined when the schema declares properties and the key is none of them. Schemas that declare none leave the shape open. */
const bindSteps = (schema: Schema, keys: readonly string[]): ReferenceStep[] | undefined => {
  const steps: ReferenceStep[] = []
  let current: Schema | undefined = schema
  for (const key of keys) {
    while (isSchema(current?.items)) current = current.items
    const properties: unknown = current?.properties
    if (!isSchema(properties)) {
      current = undefined
    } else {
      const property: unknown = properties[key]
      if (!isSchema(property)) return undefined
      current = property
    }
    steps.push({ key, initial: current ? initialValue(current) : null })
  }
  return steps
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
