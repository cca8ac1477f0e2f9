import { findMatch } from './find-match.ts'
import { parsePattern } from './parse-pattern.ts'
import { PatternError } from './pattern-error.ts'
import type { CharacterSet, PatternNode } from './pattern-node.ts'

/** Steps of a compiled pattern; matching costs at most this much for each character. */
const STEPS_MAX = 2_000
const PATTERN_CHARS_MAX = 2_000

/** What a matching thread does next; the numbers are steps. Of two ways the first one is preferred. */
export type PatternStep =
  | { readonly do: 'take'; readonly set: CharacterSet; readonly next: number }
  | { readonly do: 'assert'; readonly at: 'start' | 'end' | 'word' | 'no-word'; readonly next: number }
  | { readonly do: 'mark'; readonly slot: number; readonly next: number }
  | { readonly do: 'fork'; readonly first: number; readonly second: number }
  | { readonly do: 'match' }

export interface LinearPattern {
  /** The first match: the whole text of it, then its groups; undefined for groups that took no part. Undefined when there is none. */
  exec(text: string): (string | undefined)[] | undefined
}

/**
 * Compiles a regular expression for untrusted authors: whatever it says, a match takes time proportional to the length of the text times the
 * length of the pattern, because all ways of matching are followed side by side (Thompson 1968; groups as Pike does). Throws PatternError.
 */
export const compilePattern = (text: string): LinearPattern => {
  if (text.length > PATTERN_CHARS_MAX) throw new PatternError(`it is longer than ${PATTERN_CHARS_MAX} characters`)
  const { node, groups } = parsePattern(text)
  const steps: PatternStep[] = []
  const program: Program = {
    add(step) {
      if (steps.length >= STEPS_MAX) throw new PatternError('it repeats too much')
      return steps.push(step) - 1
    },
    replace(at, step) {
      steps[at] = step
    },
  }
  const start = emit({ type: 'group', index: 0, part: node }, program.add({ do: 'match' }), program)
  return { exec: (subject) => findMatch({ steps, start, slots: 2 * (groups + 1) }, subject) }
}

interface Program {
  /** Throws PatternError when there are too many. */
  add(step: PatternStep): number
  replace(at: number, step: PatternStep): void
}

/** Writes the steps of a part that go on at `next`, and returns the first of them. */
const emit = (node: PatternNode, next: number, program: Program): number => {
  const { add } = program
  switch (node.type) {
    case 'empty':
      return next
    case 'set':
      return add({ do: 'take', set: node.set, next })
    case 'assert':
      return add({ do: 'assert', at: node.at, next })
    case 'sequence':
      return node.parts.reduceRight((after, part) => emit(part, after, program), next)
    case 'choice':
      return node.options
        .map((option) => emit(option, next, program))
        .reduceRight((second, first) => add({ do: 'fork', first, second }))
    case 'group': {
      const close = add({ do: 'mark', slot: 2 * node.index + 1, next })
      return add({ do: 'mark', slot: 2 * node.index, next: emit(node.part, close, program) })
    }
    case 'repeat':
      return emitRepeat(node, next, program)
  }
}

const emitRepeat = (
  { part, min, max, lazy }: Extract<PatternNode, { type: 'repeat' }>,
  next: number,
  program: Program,
): number => {
  const fork = (again: number, leave: number): PatternStep =>
    lazy ? { do: 'fork', first: leave, second: again } : { do: 'fork', first: again, second: leave }
  let at = next
  if (max === Number.POSITIVE_INFINITY) {
    at = program.add({ do: 'fork', first: next, second: next })
    program.replace(at, fork(emit(part, at, program), next))
  } else {
    for (let count = min; count < max; count += 1) at = program.add(fork(emit(part, at, program), next))
  }
  for (let count = 0; count < min; count += 1) at = emit(part, at, program)
  return at
}
