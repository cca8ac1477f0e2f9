import { expect, test } from 'bun:test'
import type { ChunkRow } from '../tables.ts'
import { editChunk, placeBetween } from './change-policy.ts'

const row = {
  id: 5,
  key: '0',
  position: 0,
  title: 'T',
  content: 'How?',
  context: 'How?\nSo.',
  page: 2,
  pageEnd: 3,
  references: {},
  enabled: true,
  origin: 'document',
} as ChunkRow

test('an answer stays when its question is edited, and the context follows its part', () => {
  expect(editChunk(row, { content: 'Why?' })).toMatchObject({
    content: 'Why?',
    context: 'Why?\nSo.',
    page: 2,
    pageEnd: 3,
  })
  expect(editChunk(row, { content: 'Costs $1?' })?.context).toBe('Costs $1?\nSo.')
})

test('a context that is given counts; one that says the same as the content is none', () => {
  expect(editChunk(row, { content: 'Why?', context: 'Because.' })?.context).toBe('Because.')
  expect(editChunk(row, { context: null })?.context).toBeNull()
  expect(editChunk(row, { context: 'How?' })?.context).toBeNull()
})

test('an edit that changes no text is none', () => {
  expect(editChunk(row, { content: 'How?', title: 'T', enabled: false })).toBeUndefined()
})

test('what a person added stays theirs when it is edited', () => {
  expect(editChunk({ ...row, origin: 'added' }, { title: 'U' })?.origin).toBe('added')
  expect(editChunk(row, { title: 'U' })?.origin).toBe('edited')
})

test('a place between neighbours is between them, also at the ends', () => {
  expect(placeBetween(undefined, undefined)).toBe(0)
  expect(placeBetween(1, 2)).toBe(1.5)
  expect(placeBetween(4, undefined)).toBe(5)
  expect(placeBetween(undefined, 0)).toBe(-1)
})
