import { alignLines } from './align-lines.ts'

/** Characters of a line that an error repeats. */
const LINE_CHARACTERS = 120

/** A program as QuickJS takes it. */
export interface ReadProgram {
  code: string
  /** A module exports its main; a script leaves it in its scope. */
  isModule: boolean
  /** Its name in stacks. */
  name: string
  /** The line of the user's source for one of `code`, where they differ. */
  lineOf?(line: number): number
}

/**
 * Parses a program and takes the types out of TypeScript. Throws SyntaxError with the line of the user's source. Must run in a confined process:
 * the parser sees texts that nobody has vouched for, and it can run code while it parses, which is switched off here (`macro`).
 */
export const readProgram = (language: 'javascript' | 'typescript', source: string): ReadProgram => {
  const transpiler = new Bun.Transpiler({
    loader: language === 'typescript' ? 'ts' : 'js',
    target: 'browser',
    // Bun knows `false`; its types know only maps.
    ...({ macro: false } as object),
  })
  try {
    const isModule = transpiler.scan(source).exports.length > 0
    if (language === 'javascript') return { code: source, isModule, name: 'main.js' }
    const code = transpiler.transformSync(source)
    return { code, isModule, name: 'main.ts', lineOf: (line) => alignLines(code, source)(line) }
  } catch (error) {
    throw describeParseError(error)
  }
}

/** What Bun says of a text that it cannot parse. */
interface ParseMessage {
  message: string
  position?: { line: number; column: number; lineText: string } | null
}

const describeParseError = (error: unknown): SyntaxError => {
  const first = error instanceof AggregateError ? (error.errors[0] as ParseMessage) : (error as ParseMessage)
  const { position } = first
  if (!position) return new SyntaxError(first.message)
  return new SyntaxError(
    `${first.message} (line ${position.line}, column ${position.column}: ${position.lineText.trim().slice(0, LINE_CHARACTERS)})`,
  )
}
