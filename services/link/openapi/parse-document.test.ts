import { expect, test } from 'bun:test'
import { DOCUMENT_BYTES_MAX, parseDocument } from './parse-document.ts'

test('JSON and YAML are read, merge keys and all, and become what JSON has', () => {
  expect(parseDocument('{"a": 1}', 'yaml')).toEqual({ a: 1 })
  expect(parseDocument('a: &a {x: 1}\nb:\n  <<: *a\n  y: 2024-01-01\n', 'either')).toEqual({
    a: { x: 1 },
    b: { x: 1, y: '2024-01-01' },
  })
  expect(parseDocument("'200': {d: ok}\n404: {d: no}", 'yaml')).toEqual({ 200: { d: 'ok' }, 404: { d: 'no' } })
})

const multiplying = (levels: number) =>
  Array.from({ length: levels }, (_, n) => `a${n}: &a${n} [${n === 0 ? 'x' : `*a${n - 1},*a${n - 1}`}]`).join('\n')

test.each([
  ['no JSON', 'a: 1', 'json', 'no JSON'],
  ['neither', 'a: [', 'either', 'no YAML'],
  ['a list', '[1]', 'either', 'no object'],
  ['two documents', 'a: 1\n---\nb: 1', 'yaml', 'no object'],
  ['nothing', '', 'yaml', 'no object'],
  ['brackets without end', '['.repeat(100_000), 'either', 'no YAML'],
  ['depth', `{"a":${'['.repeat(101)}${']'.repeat(101)}}`, 'json', 'nested'],
  ['an anchor in itself', 'a: &a [*a]', 'yaml', 'nested'],
  ['anchors that multiply', multiplying(25), 'yaml', ''],
  ['size', `{"a":"${'x'.repeat(DOCUMENT_BYTES_MAX)}"}`, 'json', 'larger'],
] as const)('%s is refused', (_, ...told) => {
  const [text, syntax, reason] = told
  expect(() => parseDocument(text, syntax)).toThrow(reason)
})
