import { expect, test } from 'bun:test'
import { termsOf } from './memory-terms.ts'

test.each([
  ['Prefers tea, not Tea!', ['prefers', 'tea', 'not']],
  ['Born in Köln on 3.5.1990', ['born', 'in', 'koln', 'on', '3', '5', '1990']],
  ['用户喜欢茶 tea', ['用户', '户喜', '喜欢', '欢茶', 'tea']],
  ['茶', ['茶']],
  ["'; drop table memories; --", ['drop', 'table', 'memories']],
  ['', []],
])('%s', (text, terms) => {
  expect(termsOf(text)).toEqual(terms)
})
