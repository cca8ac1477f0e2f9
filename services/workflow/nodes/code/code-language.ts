import { Type } from '@sinclair/typebox'
import { CODE_LANGUAGES } from '#shared/sandbox/sandbox.ts'

/** The language of a program, on nodes and on the wire. The original knows Python alone, which therefore need not be named. */
export const codeLanguageSchema = Type.Union(
  CODE_LANGUAGES.map((language) => Type.Literal(language)),
  { default: 'python' },
)
