import { Type } from '@sinclair/typebox'
import { NodeError } from '../engine/node-error.ts'
import { defineNodeKind } from '../nodes/node-kind.ts'

const CODE_FAILED = 21600

/**
 * The program of sample 08, `int(text)`, without an interpreter: the sample is about what follows a failure, which is Python's message as it
 * was recorded.
 */
export const recordedCodeKind = defineNodeKind({
  type: 'ifly-code',
  handlesErrors: true,
  parameters: Type.Object({}),
  build: () => {
    const failure = { code: CODE_FAILED, message: 'failed' }
    return {
      role: 'task',
      branches: false,
      effect: 'external',
      streams: {},
      timeout: { limits: 'whole', result: failure },
      failure,
      execute({ inputs: { text } }) {
        if (/^\d+$/.test(String(text))) return { variables: { value: String(text) } }
        const message = `Traceback (most recent call last):\n    File "<stdin>", line 2, in main\nValueError: invalid literal for int() with base 10: '${text}'\n`
        throw new NodeError({ code: CODE_FAILED, message })
      },
    }
  },
})
