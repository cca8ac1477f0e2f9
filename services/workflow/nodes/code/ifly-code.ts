import { Type } from '@sinclair/typebox'
import type { OutputDeclaration } from '../../definition/plan.ts'
import { wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'
import { defineNodeKind } from '../node-kind.ts'
import { codeLanguageSchema } from './code-language.ts'
import { runCode } from './run-code.ts'

/**
 * Runs `main` of a program in the sandbox: `main(**inputs)` in Python, `main(inputs)` in JavaScript and TypeScript. Its object gives the outputs, a
 * text the first of them; what it prints is the raw output. A repeated execution gets the same inputs, and the program can change nothing outside.
 */
export const iflyCodeNode = defineNodeKind({
  type: 'ifly-code',
  handlesErrors: true,
  parameters: Type.Object({
    codeLanguage: codeLanguageSchema,
    code: Type.String({ minLength: 1 }),
  }),
  build({ outputs, timeoutMs }, { codeLanguage, code }) {
    const program = { language: codeLanguage, source: code, limits: { wallMs: timeoutMs } }
    return {
      role: 'task',
      branches: false,
      effect: 'none',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.CODE_TIMEOUT },
      failure: wireCodes.CODE_FAILED,
      async execute({ inputs, services, signal }) {
        const { value, log } = await runCode(services.code, { ...program, inputs, signal })
        return { variables: assignOutputs(outputs, value), ...(log !== '' && { rawOutput: log }) }
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
