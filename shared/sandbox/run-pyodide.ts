import { writeSync } from 'node:fs'
import type { PyodideInterface } from 'pyodide'
import { tellFault } from './clarify-fault.ts'
import { cutText } from './cut-text.ts'
import type { ProgramAnswer, ProgramRequest } from './program-answer.ts'

const STANDARD_OUTPUT = 1

/** Gives a function that runs one program after the other in a Python. Meant for one: Python keeps what a program does to it. */
export const runPyodide =
  (python: PyodideInterface) =>
  ({ source, inputs, limits }: ProgramRequest): ProgramAnswer => {
    const printed: Uint8Array[] = []
    let bytes = 0
    const log = () => cutText(Buffer.concat(printed).toString('utf8'), limits.logBytes)
    const write = (chunk: Uint8Array): number => {
      if (bytes <= limits.logBytes) printed.push(chunk.slice(0, limits.logBytes - bytes + 1))
      bytes += chunk.length
      if (bytes > limits.outputBytes) leave({ answer: tooLong(limits.outputBytes), log: log() })
      return chunk.length
    }
    python.setStdout({ write })
    python.setStderr({ write })
    try {
      const answer: unknown = python.globals.get('_run')(source, inputs)
      const text = typeof answer === 'string' ? answer : ''
      return { answer: Buffer.byteLength(text) > limits.outputBytes ? tooLong(limits.outputBytes) : text, log: log() }
    } catch (error) {
      return { answer: tellFault('limit', `the interpreter gave up: ${String(error).slice(0, 500)}`), log: log() }
    }
  }

const tooLong = (bytesMax: number): string => tellFault('limit', `more than ${bytesMax} bytes of output`)

/** The last word of a process whose Python cannot be stopped otherwise. */
const leave = (answer: ProgramAnswer): never => {
  writeSync(STANDARD_OUTPUT, `${JSON.stringify(answer)}\n`)
  process.exit(0)
}
