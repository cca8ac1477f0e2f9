import { Type } from '@sinclair/typebox'
import type { OutputDeclaration } from '../../definition/plan.ts'
import { wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'
import { defineNodeKind } from '../node-kind.ts'
import { runCode } from './run-code.ts'

/**
 * Runs `main(**inputs)` of a Python program in the sandbox. Its dict gives the outputs, a text the first of them. A repeated execution gets
 * the same inputs, and the program can change nothing outside.
 */
export const iflyCodeNode = defineNodeKind({
  type: 'ifly-code',
  handlesErrors: true,
  parameters: Type.Object({
    codeLanguage: Type.Literal('python', { default: 'python' }),
    code: Type.String({ minLength: 1 }),
  }),
  build({ outputs }, { codeLanguage, code }) {
    return {
      role: 'task',
      branches: false,
      effect: 'none',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.CODE_TIMEOUT },
      failure: wireCodes.CODE_FAILED,
      async execute({ inputs, signal }) {
        const result = await runCode({ language: codeLanguage, source: code, inputs, signal })
        return { variables: assignOutputs(outputs, result) }
      },
    }
  },
})

/** Throws NodeError (21602) on a value that does not fit its declaration. */
const assignOutputs = (outputs: readonly OutputDeclaration[], result: Record<string, unknown> | string) => {
  const [first] = outputs
  const values = typeof result === 'string' ? (first ? { [first.name]: result } : {}) : result
  const assigned: Record<string, unknown> = {}
  for (const { name, schema, check } of outputs) {
    if (!Object.hasOwn(values, name)) continue
    const value = toDeclared(schema.type, values[name])
    const fault = check(value)
    if (fault) throw new NodeError(wireCodes.CODE_RESULT_INVALID, `output ${name}: ${fault}`)
    assigned[name] = value
  }
  return assigned
}

/** A bool is an integer in Python, so the wire accepts it as one. */
const toDeclared = (type: unknown, value: unknown): unknown =>
  type === 'integer' && typeof value === 'boolean' ? Number(value) : value
