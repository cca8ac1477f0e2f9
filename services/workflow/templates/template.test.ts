import { expect, test } from 'bun:test'
import { followPath, renderTemplate, renderValue, TemplateIndexError } from './render-template.ts'
import { parseShownTemplate } from './shown-template.ts'
import { parseTemplate } from './template.ts'

const values = {
  name: 'Ann',
  empty: '',
  n: 3,
  yes: true,
  nothing: null,
  list: [1, 'b', [4, 5]],
  item: { key: 'v', list: [{ deep: 'd' }], quote: "it's" },
  'with-dash_1': 'w',
  姓名: '安',
}
const names = new Set(Object.keys(values))

const render = (template: string, form: 'json' | 'python' = 'json') =>
  renderTemplate(parseTemplate(template, names), values, form)

test('placeholders are replaced by values, keys and items', () => {
  expect(render('Hi {{name}}!')).toBe('Hi Ann!')
  expect(render('{{item.key}}{{list[1]}}{{list[2][0]}}{{item.list[0].deep}}')).toBe('vb4d')
  expect(render('{{with-dash_1}}{{姓名}}')).toBe('w安')
})

test('what is no placeholder, or names no input, stays as it is written', () => {
  for (const text of [
    '{{ name }}',
    '{{unknown}}',
    '{{unknown.key[0]}}',
    '{name}',
    '{{name',
    '{{}}',
    '{{na me}}',
    '{{name.}}',
    '{{list[]}}',
    '{{list[x]}}',
  ]) {
    expect(render(text)).toBe(text)
  }
  expect(render('{{{name}}}')).toBe('{Ann}')
})

test('texts for people show JSON with blanks, prompts show Python', () => {
  expect(render('{{list}}')).toBe('[1, "b", [4, 5]]')
  expect(render('{{item}}')).toBe('{"key": "v", "list": [{"deep": "d"}], "quote": "it\'s"}')
  expect(render('{{n}} {{yes}} {{nothing}} {{empty}}|')).toBe('3 true null |')
  expect(render('{{item}}', 'python')).toBe(`{'key': 'v', 'list': [{'deep': 'd'}], 'quote': "it's"}`)
  expect(render('{{n}} {{yes}} {{nothing}} {{empty}}|', 'python')).toBe('3 True None  |')
})

test('a missing key is null, a missing item fails, a negative index is not applied', () => {
  expect(render('{{item.other}}')).toBe('null')
  expect(render('{{name.other}}')).toBe('null')
  expect(render('{{list[-1]}}')).toBe('[1, "b", [4, 5]]')
  expect(() => render('{{list[3]}}')).toThrow(TemplateIndexError)
  expect(() => render('{{name[0]}}')).toThrow(TemplateIndexError)
})

test('inherited keys are not values', () => {
  expect(followPath({}, ['constructor'])).toBeNull()
  expect(renderValue(undefined, 'json')).toBe('null')
})

test('text comes first and last, empty where a placeholder stands at the edge', () => {
  expect(parseTemplate('{{name}}{{n}}x', names)).toEqual([
    { text: '' },
    { input: 'name', steps: [] },
    { text: '' },
    { input: 'n', steps: [] },
    { text: 'x' },
  ])
  expect(parseTemplate('a{{unknown}}b{{name}}', names)).toEqual([
    { text: 'a{{unknown}}b' },
    { input: 'name', steps: [] },
    { text: '' },
  ])
})

test('a shown template without placeholders is one chunk before the end frame', () => {
  expect(parseShownTemplate('done', names)).toEqual([{ text: 'done' }, { text: '' }])
  expect(parseShownTemplate('', names)).toEqual([{ text: '' }])
})
