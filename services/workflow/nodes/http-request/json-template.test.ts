import { expect, test } from 'bun:test'
import { parseJsonTemplate, renderJsonTemplate } from './json-template.ts'

const names = new Set(['text', 'item', 'n'])
const render = (template: string, values: Record<string, unknown>) =>
  JSON.parse(renderJsonTemplate(parseJsonTemplate(template, names), values)) as unknown

test('a value in quotes is text, elsewhere it is JSON', () => {
  const values = { text: 'a"b\\c\nd', item: { k: [1, null] }, n: 3 }
  expect(render('{"q": "<{{text}}>", "i": {{item}}, "n": {{n}}, "s": {{text}}, "j": "{{item}}"}', values)).toEqual({
    q: '<a"b\\c\nd>',
    i: { k: [1, null] },
    n: 3,
    s: 'a"b\\c\nd',
    j: '{"k": [1, null]}',
  })
})

test('a value cannot add a key or end its string', () => {
  expect(render('{"q": "{{text}}"}', { text: '", "admin": "yes' })).toEqual({ q: '", "admin": "yes' })
  expect(render('{"q": {{text}}}', { text: '1, "admin": true' })).toEqual({ q: '1, "admin": true' })
})

test('an escaped quote does not end a string', () => {
  expect(render('{"q": "\\"{{text}}\\\\"}', { text: '"' })).toEqual({ q: '""\\' })
})

test.each(['', '{"a": }', '{ {{text}}: 1 }', '{"a": "{{text}}}'])(
  '%j is no JSON, whatever the values are',
  (template) => {
    expect(() => parseJsonTemplate(template, names)).toThrow(SyntaxError)
  },
)
