import { expect, test } from 'bun:test'
import { parseUrlTemplate, renderUrl } from './url-template.ts'

const names = new Set(['base', 'id', 'list'])
const render = (template: string, values: Record<string, unknown>) =>
  renderUrl(parseUrlTemplate(template, names), values).href

test('a value stays in its place, whatever characters it has', () => {
  expect(render('https://h/a/{{id}}?q={{id}}#x', { id: '1/2?a=b&c#d e' })).toBe(
    'https://h/a/1%2F2%3Fa%3Db%26c%23d%20e?q=1%2F2%3Fa%3Db%26c%23d%20e#x',
  )
  expect(render('https://h/{{id}}', { id: '中' })).toBe('https://h/%E4%B8%AD')
  expect(render('https://h/{{list}}', { list: [1, 2] })).toBe('https://h/%5B1%2C%202%5D')
})

test('a placeholder at the beginning is an address', () => {
  expect(render('{{base}}/v1/{{id}}', { base: ' http://h:81/x ', id: 'a/b' })).toBe('http://h:81/x/v1/a%2Fb')
})

test('a value cannot name another host', () => {
  expect(() => render('https://{{id}}.example.com/', { id: 'evil.com/' })).toThrow('no absolute address')
  expect(() => render('https://{{id}}.example.com/', { id: 'user@evil.com' })).toThrow('no absolute address')
})

test.each(['..', '.', '%2e%2e'])('a value cannot step up in the path with %s', (id) => {
  const step = () => render('https://h/tenant/{{id}}/x', { id })
  if (id.startsWith('%')) expect(step()).toBe('https://h/tenant/%252e%252e/x')
  else expect(step).toThrow('. or .. segment')
})

test('a URL that can never be called is refused when the flow is compiled', () => {
  expect(() => parseUrlTemplate('ftp://h', names)).toThrow('must begin with')
  expect(() => parseUrlTemplate('h/{{id}}', names)).toThrow('must begin with')
  expect(() => parseUrlTemplate('{{unknown}}/x', names)).toThrow('must begin with')
})
