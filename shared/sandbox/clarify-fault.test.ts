import { expect, test } from 'bun:test'
import { clarifyFault, tellFault } from './clarify-fault.ts'
import type { ReadProgram } from './read-program.ts'
import { DEFAULT_SANDBOX_LIMITS } from './sandbox.ts'

const program: ReadProgram = { code: '', isModule: false, name: 'main.ts', lineOf: (line) => line + 10 }

const clarify = (answer: string): unknown => JSON.parse(clarifyFault(answer, program, DEFAULT_SANDBOX_LIMITS))

test('a result passes as it is, whatever it says', () => {
  const result = '{"result":{"fault":"raised","message":"out of memory"}}'
  expect(clarifyFault(result, program, DEFAULT_SANDBOX_LIMITS)).toBe(result)
})

test('frames are the program and its lines alone', () => {
  const message = 'Error: see other.ts:1\n    at f (main.ts:2:3)\n    at call (prelude.js:9:1)\n    at g (main.ts:4)\n'
  expect(clarify(tellFault('raised', message))).toEqual({
    fault: 'raised',
    message: 'Error: see other.ts:1\n    at f (main.ts:12)\n    at g (main.ts:14)',
  })
})

test('full memory is told as a limit, unless the words are inside of a message', () => {
  const full = clarify(tellFault('raised', 'InternalError: out of memory\n    at f (main.ts:1)'))
  expect(full).toEqual({ fault: 'limit', message: 'more than 256 MiB of memory' })
  expect(clarify(tellFault('raised', 'Error: no\nout of memory'))).toMatchObject({ fault: 'raised' })
})
