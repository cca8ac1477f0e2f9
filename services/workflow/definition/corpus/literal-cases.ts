import { type BadProtocol, GENERAL, literal } from './bad-protocol.ts'

const says = ['text-joiner::lit', 'input v']

/** Texts where a value should stand: programs, halves of values, values without bounds. None of them is ever executed. */
export const literalCases: BadProtocol[] = (
  [
    ['a call', 'integer', "__import__('os').system('id')"],
    ['a calculation', 'integer', '1 + 1'],
    ['a name', 'number', 'pi'],
    ['not a number', 'number', 'nan'],
    ['a number without bounds', 'number', '1e999'],
    ['a lambda', 'object', 'lambda: 0'],
    ['a comprehension', 'array', '[x for x in (1, 2)]'],
    ['an attribute', 'object', '{}.__class__'],
    ['a set', 'object', '{1, 2}'],
    ['half a list', 'array', '[1, 2'],
    ['half a dict', 'object', "{'a': "],
    ['half a text', 'array', "['a"],
    ['two values', 'integer', '1 2'],
    ['nothing', 'integer', ''],
    ['blanks', 'object', '   '],
    ['a format text', 'array', "[f'{open}']"],
    ['a text that never was a value', 'object', 'hello'],
    ['an object for a list', 'array', { a: 1 }],
    ['a number for an object', 'object', 5],
    ['null for a number', 'number', null],
    ['a list for a number', 'integer', [1]],
    ['a bracket too many', 'array', '[1]]'],
    ['brackets without end', 'array', '['.repeat(200_000)],
    ['braces without end', 'object', "{'a':".repeat(100_000)],
  ] as const
).map(([name, type, content]) => ({
  name: `${name} as ${type}`,
  protocol: literal(type, content),
  code: GENERAL,
  says,
}))
