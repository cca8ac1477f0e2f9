import { expect, test } from 'bun:test'
import { encodeReserved, encodeText, headerValue, type Layout, pathValue, queryPairs } from './serialise-value.ts'

const LIST = ['blue', 'black', 'brown']
const MAP = { R: 100, G: 200, B: 150 }
const layout = (style: Layout['style'], explode: boolean, allowReserved = false): Layout => ({
  name: 'color',
  style,
  explode,
  allowReserved,
})

test.each([
  ['simple', false, ['blue', 'blue,black,brown', 'R,100,G,200,B,150']],
  ['simple', true, ['blue', 'blue,black,brown', 'R=100,G=200,B=150']],
  ['label', false, ['.blue', '.blue,black,brown', '.R,100,G,200,B,150']],
  ['label', true, ['.blue', '.blue.black.brown', '.R=100.G=200.B=150']],
  ['matrix', false, [';color=blue', ';color=blue,black,brown', ';color=R,100,G,200,B,150']],
  ['matrix', true, [';color=blue', ';color=blue;color=black;color=brown', ';R=100;G=200;B=150']],
] as const)(
  'a path value of style %s, explode %p, is as the table of the specification says',
  (style, explode, told) => {
    expect(['blue', LIST, MAP].map((value) => pathValue(layout(style, explode), value))).toEqual([...told])
  },
)

test.each([
  ['form', true, ['color=blue', 'color=blue&color=black&color=brown', 'R=100&G=200&B=150']],
  ['form', false, ['color=blue', 'color=blue,black,brown', 'color=R,100,G,200,B,150']],
  ['spaceDelimited', false, ['color=blue', 'color=blue%20black%20brown', 'color=R%20100%20G%20200%20B%20150']],
  ['pipeDelimited', false, ['color=blue', 'color=blue%7Cblack%7Cbrown', 'color=R%7C100%7CG%7C200%7CB%7C150']],
  ['spaceDelimited', true, ['color=blue', 'color=blue&color=black&color=brown', 'R=100&G=200&B=150']],
  [
    'deepObject',
    true,
    ['color=blue', 'color=blue&color=black&color=brown', 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
  ],
] as const)(
  'a query value of style %s, explode %p, is as the table of the specification says',
  (style, explode, told) => {
    const laidOut = ['blue', LIST, MAP].map((value) => queryPairs(layout(style, explode), value).join('&'))
    expect(laidOut).toEqual([...told])
  },
)

test.each([
  [false, ['blue', 'blue,black,brown', 'R,100,G,200,B,150']],
  [true, ['blue', 'blue,black,brown', 'R=100,G=200,B=150']],
] as const)('a header value, explode %p, is as the table of the specification says', (explode, told) => {
  expect(['blue', LIST, MAP].map((value) => headerValue({ explode }, value))).toEqual([...told])
})

test('objects in objects are laid out by deepObject alone, and are JSON elsewhere', () => {
  const value = { price: { from: 1, to: null }, tags: ['a', 'b'] }
  expect(queryPairs(layout('deepObject', true), value)).toEqual([
    'color%5Bprice%5D%5Bfrom%5D=1',
    'color%5Btags%5D=a',
    'color%5Btags%5D=b',
  ])
  expect(queryPairs(layout('form', true), { price: { from: 1 } })).toEqual(['price=%7B%22from%22%3A1%7D'])
})

test('nothing and empty texts have the forms that the specification gives them', () => {
  expect(pathValue(layout('matrix', false), '')).toBe(';color')
  expect(pathValue(layout('label', false), '')).toBe('.')
  expect(queryPairs(layout('form', true), '')).toEqual(['color='])
  expect(queryPairs(layout('form', true), [])).toEqual([])
  expect(queryPairs(layout('form', false), [null, 'a', undefined])).toEqual(['color=a'])
  expect(queryPairs(layout('form', true), [true, 0])).toEqual(['color=true', 'color=0'])
})

test('no character of a value ends it: what was given is what a reader decodes', () => {
  const hostile = `a b&x=1#z/../?%41+é"'()*![];,:@$\u{1f600}\ud800`
  const wellFormed = hostile.toWellFormed()
  expect(decodeURIComponent(encodeText(hostile))).toBe(wellFormed)
  expect(encodeText(hostile)).toMatch(/^[A-Za-z0-9._~%-]+$/)
  const [pair = ''] = queryPairs(layout('form', true), hostile)
  expect(new URLSearchParams(pair).get('color')).toBe(wellFormed)
  expect(pathValue(layout('simple', false), 'a/b')).toBe('a%2Fb')
})

test('reserved characters pass where they are allowed, but those that would end the value', () => {
  expect(encodeReserved("/a:b?c=d@e!$'()*,;")).toBe("/a:b?c=d@e!$'()*,;")
  expect(encodeReserved('a&b#c[d]+e f')).toBe('a%26b%23c%5Bd%5D%2Be%20f')
  expect(encodeReserved('50%20%zz')).toBe('50%20%25zz')
  expect(queryPairs(layout('form', false, true), ['a/b', 'c'])).toEqual(['color=a/b,c'])
})
