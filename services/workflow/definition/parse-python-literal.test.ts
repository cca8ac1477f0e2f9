import { expect, test } from 'bun:test'
import { LiteralError, parsePythonLiteral } from './parse-python-literal.ts'

const readable: [text: string, value: unknown][] = [
  ['42', 42],
  [' -1.5 ', -1.5],
  ['+7', 7],
  ['1e3', 1000],
  ['.5', 0.5],
  ['1_000', 1000],
  ['True', true],
  ['False', false],
  ['None', null],
  ['true', true],
  ['null', null],
  ["'a\\'b'", "a'b"],
  ['"a\\n\\u00e9"', 'a\né'],
  ["'\\x41'", 'A'],
  ['[1,2]', [1, 2]],
  ['[1, [2, "x"],]', [1, [2, 'x']]],
  ['[]', []],
  ['(1, 2)', [1, 2]],
  ['(1,)', [1]],
  ['(1)', 1],
  ["{'k': 1}", { k: 1 }],
  ['{"a": {"b": [None, True]}, }', { a: { b: [null, true] } }],
  ['{}', {}],
  ['{1: 2}', { '1': 2 }],
]

for (const [text, value] of readable) {
  test(`${text} is read as ${JSON.stringify(value)}`, () => {
    expect(parsePythonLiteral(text)).toEqual(value)
  })
}

for (const text of [
  '',
  "'it''",
  '1 + 1',
  '[1',
  '[1 2]',
  '{1}',
  "{'a' 1}",
  'name',
  '__import__("os").system("id")',
  "'open",
  '1.2.3',
  '"\\u12"',
  '"\\UFFFFFFFF"',
  '['.repeat(5000),
]) {
  test(`${text.slice(0, 20)} is refused: only data is read`, () => {
    expect(() => parsePythonLiteral(text)).toThrow(LiteralError)
  })
}
