import { expect, test } from 'bun:test'
import { DocumentFactsInvalidError } from './document-errors.ts'
import { METADATA_FIELDS_MAX, METADATA_LIST_MAX, readMetadata, readTags, TAGS_MAX } from './document-facts.ts'
import { readFormFacts } from './form-facts.ts'

test('tags lose the spaces around them and what is there twice', () => {
  expect(readTags([' red ', 'red', 'blue'])).toEqual(['red', 'blue'])
})

test('metadata keeps the types of its values', () => {
  const metadata = { year: 2024, public: true, author: 'Ada', topics: ['comets', 'tails'] }
  expect(readMetadata(metadata)).toEqual(metadata)
})

test.each([
  ['a tag that is no text', () => readTags([1])],
  ['an empty tag', () => readTags(['a', ' '])],
  ['a tag with a zero character', () => readTags(['a\0'])],
  ['more tags than there may be', () => readTags(Array.from({ length: TAGS_MAX + 1 }, (_, index) => `t${index}`))],
  ['metadata that is a list', () => readMetadata([])],
  ['an object in metadata', () => readMetadata({ a: { b: 1 } })],
  ['a list of numbers in metadata', () => readMetadata({ a: [1] })],
  ['null in metadata', () => readMetadata({ a: null })],
  ['a list that is too long', () => readMetadata({ a: Array.from({ length: METADATA_LIST_MAX + 1 }, () => 'x') })],
  [
    'too many fields',
    () => readMetadata(Object.fromEntries(Array.from({ length: METADATA_FIELDS_MAX + 1 }, (_, index) => [index, 1]))),
  ],
  ['half of a character', () => readMetadata({ a: '\ud800' })],
  ['metadata of a form that is no JSON', () => readFormFacts({ metadata: '{"a":' })],
])('refuses %s', (_what, read) => {
  expect(read).toThrow(DocumentFactsInvalidError)
})

test('a form names tags in a row, or as JSON, or each in a field of its own', () => {
  expect(readFormFacts({ tags: 'red, blue' }).tags).toEqual(['red', 'blue'])
  expect(readFormFacts({ tags: '["red","a, b"]' }).tags).toEqual(['red', 'a, b'])
  expect(readFormFacts({ tags: ['red', 'a, b'] }).tags).toEqual(['red', 'a, b'])
  expect(readFormFacts({ tags: '' }).tags).toEqual([])
})

test('a form says nothing of what it leaves out', () => {
  expect(readFormFacts({})).toEqual({})
  expect(readFormFacts({ folderId: '' })).toEqual({ folderId: null })
})
