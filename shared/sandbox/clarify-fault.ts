import type { CodeFault } from './errors.ts'
import { parseJson } from './program-answer.ts'
import type { ReadProgram } from './read-program.ts'
import type { SandboxLimits } from './sandbox.ts'

const MIB = 1024 * 1024
/** What the interpreter throws when no memory is left for an error, and a program when it throws null. */
const NOTHING = 'Uncaught null'
const OUT_OF_MEMORY = /InternalError: out of memory/

/** A fault as an answer of a program. */
export const tellFault = (fault: CodeFault, message: string): string => JSON.stringify({ fault, message })

/** Brings a fault of the interpreter to the user's terms: their lines, none of the prelude's, and the limit's name. Results pass as they are. */
export const clarifyFault = (answer: string, program: ReadProgram, limits: SandboxLimits): string => {
  if (!answer.startsWith('{"fault"')) return answer
  const { fault, message } = parseJson(answer) as { fault: CodeFault; message: string }
  const memory = `${Math.floor(limits.memoryBytes / MIB)} MiB of memory`
  if (fault === 'raised' && message === NOTHING)
    return tellFault(fault, `${NOTHING}; or more than ${memory}, with none left for an error`)
  const isFull = (fault === 'raised' || fault === 'limit') && OUT_OF_MEMORY.test(message.split('\n', 1)[0] ?? '')
  if (isFull) return tellFault('limit', `more than ${memory}`)
  const lines = message
    .trimEnd()
    .split('\n')
    .filter((line) => !line.includes('prelude.js'))
  return tellFault(fault, lines.map((line) => translate(line, program)).join('\n'))
}

/** Columns of a program that was rewritten say nothing. */
const translate = (line: string, { name, lineOf }: ReadProgram): string =>
  lineOf
    ? line.replace(/(\S+?):(\d+)(:\d+)?/g, (all, file, at) =>
        file.endsWith(name) ? `${file}:${lineOf(Number(at))}` : all,
      )
    : line
