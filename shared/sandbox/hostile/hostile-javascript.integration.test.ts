import { afterAll, describe, expect, test } from 'bun:test'
import { CodeFailedError } from '../errors.ts'
import { createJavaScriptSandbox } from '../javascript-sandbox.ts'
import { HOSTILE_JAVASCRIPT } from './hostile-javascript.ts'

/** Time for a program that is meant to use all of it, and for one that is to meet another limit first, ms. */
const MEMORY_BYTES = 16 * 1024 * 1024
const SHORT_MS = 500
const LONG_MS = 20_000

const sandbox = createJavaScriptSandbox()
afterAll(() => sandbox.stop())

const run = (language: 'javascript' | 'typescript', source: string, wallMs = LONG_MS) =>
  sandbox
    .run({
      language,
      source,
      inputs: {},
      limits: { wallMs, memoryBytes: MEMORY_BYTES },
      signal: new AbortController().signal,
    })
    .then(({ value }) => ({ result: value }))
    .catch((error: unknown) => {
      if (error instanceof CodeFailedError) return { fault: error.fault, message: error.message }
      throw error
    })

describe.each(['javascript', 'typescript'] as const)('in %s', (language) => {
  test.each(HOSTILE_JAVASCRIPT.map((program) => [program.name, program] as const))(
    '%s ends as it must, and the next program runs',
    async (_, { source, ends }) => {
      const isLate = 'fault' in ends && ends.fault === 'deadline'
      const ended = await run(language, source, isLate ? SHORT_MS : LONG_MS)
      if ('fault' in ends) {
        expect(ended).toEqual({ fault: expect.anything(), message: expect.stringContaining(ends.message) })
        expect([ends.fault].flat()).toContain('fault' in ended ? ended.fault : 'limit')
      } else expect(ended).toEqual(ends as typeof ended)
      expect(await run('javascript', 'function main() { return { next: 1 } }')).toEqual({ result: { next: 1 } })
      expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    },
  )
})
