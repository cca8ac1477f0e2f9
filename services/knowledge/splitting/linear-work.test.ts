import { expect, test } from 'bun:test'
import { findHeadings } from '#shared/documents/read-markdown.ts'
import { splitDocument } from './split-document.ts'
import { CHUNKERS, type ChunkerName, DEFAULT_SPLITTING } from './split-settings.ts'

const CHARACTERS = 300_000
/** Of a text that has something of every shape. */
const MIXED_CHARACTERS = 5_000_000
/** A quarter of a text may not cost more than this share of the whole one's work: 0.25 where work grows with the text, 0.06 where with its square. */
const SHARE_MIN = 0.18

/** Texts that are hard in one way each, of about any length. */
const shapes: Record<string, (characters: number) => string> = {
  prose: (characters) => 'Comets have long tails, and come back. 彗星有长尾巴。 '.repeat(characters / 52),
  'one word': (characters) => 'x'.repeat(characters),
  'blank space': (characters) => `a${' \n'.repeat(characters / 2 - 1)}b`,
  headings: (characters) => '# A title\n\n## Below it?\nWords.\n\n'.repeat(characters / 33),
  rows: (characters) => `name;price\n${'Apple "green";12\n'.repeat(characters / 17)}`,
  tables: (characters) => '| a | b |\n| --- | --- |\n| c | d |\n\n'.repeat(characters / 37),
  questions: (characters) => 'Q: How does it work?\nA: It just does.\n\n'.repeat(characters / 39),
  'questions only': (characters) => 'Q: '.repeat(characters / 3),
  fences: (characters) => '```ts\nconst a = 1\n```\n'.repeat(characters / 22),
  code: (characters) => 'function run(a) {\n  if (a) {\n    return "x"\n  }\n}\n\n'.repeat(characters / 51),
  'one class': (characters) => `class A {\n${'  run() {\n    return 1\n  }\n\n'.repeat(characters / 28)}}\n`,
  'deep nesting': (characters) =>
    Array.from({ length: characters / 2_000 }, () =>
      Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth * 2)}if (a) {`).join('\n'),
    ).join('\n'),
  brackets: (characters) => '({['.repeat(characters / 3),
  'rule of a table': (characters) => `| a\n| -${' '.repeat(characters - 8)}x`,
}

/** Characters that methods of strings are given to look at, and elements that those of arrays walk over. */
const countWork = (act: () => void): number => {
  let work = 0
  const undo: (() => void)[] = []
  const wrap = <Key extends string>(
    owner: Record<Key, unknown>,
    name: Key,
    costOf: (self: { length: number }, result: unknown, values: unknown[]) => number,
  ) => {
    const original = owner[name] as (...values: unknown[]) => unknown
    owner[name] = function (this: { length: number }, ...values: unknown[]) {
      const result = original.apply(this, values)
      work += costOf(this, result, values)
      return result
    } as never
    undo.push(() => {
      owner[name] = original as never
    })
  }
  const lengthOf = (result: unknown) => (result as { length: number }).length
  const strings = String.prototype as unknown as Record<string, unknown>
  const found = ({ length }: { length: number }, result: unknown, [, from]: unknown[]) =>
    ((result as number) < 0 ? length : (result as number)) - ((from as number) ?? 0)
  wrap(strings, 'indexOf', found)
  wrap(strings, 'lastIndexOf', (_self, result, [, from]) => ((from as number | undefined) ?? 0) - (result as number))
  wrap(strings, 'slice', (_self, result) => lengthOf(result))
  wrap(strings, 'charAt', () => 1)
  wrap(strings, 'charCodeAt', () => 1)
  for (const name of ['split', 'matchAll', 'replace', 'replaceAll', 'trim', 'trimEnd', 'includes', 'search']) {
    wrap(strings, name, ({ length }) => length)
  }
  const expressions = RegExp.prototype as unknown as Record<string, unknown>
  for (const name of ['exec', 'test'])
    wrap(expressions, name, (_self, _result, [text]) => Math.min(lengthOf(text), 2_000))
  const arrays = Array.prototype as unknown as Record<string, unknown>
  wrap(arrays, 'slice', (_self, result) => lengthOf(result))
  for (const name of ['map', 'flatMap', 'filter', 'reduce', 'sort', 'flat', 'findLast', 'findIndex', 'find']) {
    wrap(arrays, name, ({ length }) => length)
  }
  try {
    act()
  } finally {
    for (const each of undo) each()
  }
  return work
}

const shareOfQuarter = (chunker: ChunkerName, textOf: (characters: number) => string, characters: number): number => {
  const workFor = (length: number) => {
    const text = textOf(length)
    const document = { text, headings: findHeadings(text), pageStarts: [] }
    return countWork(() => splitDocument(document, { ...DEFAULT_SPLITTING, chunker, lengthMax: 500 }))
  }
  return workFor(characters / 4) / workFor(characters)
}

test.each(CHUNKERS.flatMap((chunker) => Object.keys(shapes).map((shape) => [chunker, shape] as const)))(
  '%s: the work of a text of %s grows with its length, not faster',
  (chunker, shape) => {
    const share = shareOfQuarter(chunker, (characters) => shapes[shape]?.(characters) ?? '', CHARACTERS)
    expect(share).toBeGreaterThan(SHARE_MIN)
  },
)

test.each(CHUNKERS.map((chunker) => [chunker] as const))('%s: so it does for five million characters', (chunker) => {
  const all = Object.values(shapes)
  const mixed = (characters: number) => all.map((shape) => shape(characters / all.length)).join('\n\n')
  expect(shareOfQuarter(chunker, mixed, MIXED_CHARACTERS)).toBeGreaterThan(SHARE_MIN)
})

test('work that grows with the square of the length is noticed', () => {
  const squared = (characters: number) =>
    countWork(() => {
      const text = 'x'.repeat(characters)
      for (let at = 0; at < characters; at += 100) text.slice(at)
    })
  expect(squared(5_000) / squared(20_000)).toBeLessThan(SHARE_MIN)
})
