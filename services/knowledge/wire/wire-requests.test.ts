import { describe, expect, test } from 'bun:test'
import type { FieldRule } from './field-rules.ts'
import { readBody } from './read-body.ts'
import { ChunkDelete, ChunkQuery, ChunkSave, ChunkUpdate, FileSplit, QueryDocument } from './wire-models.ts'

const ragType = 'AIUI-RAG2'
const post = (body: unknown) =>
  new Request('http://app.test/', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })
const messageOf = async (model: FieldRule<unknown>, body: unknown): Promise<string> => {
  try {
    await readBody(post(body), model)
    return 'accepted'
  } catch (error) {
    expect((error as { code: number }).code).toBe(10003)
    return (error as Error).message
  }
}
const query = (more: object) => ({ query: 'q', topN: 3, match: { repoId: ['r'] }, ragType, ...more })
const match = (more: object) => query({ match: { repoId: ['r'], ...more } })
const invalid = (place: string, message: string) => `Request parameter error: ['field: ${place}, message: ${message}']`

describe('limits of the request models', () => {
  test.each([-1, 0, 6, 10])('topN %p is refused', async (topN) => {
    expect(await messageOf(ChunkQuery, query({ topN }))).toContain('field: body.topN, message: Input should be')
  })
  test.each([1, 5, '1', '5'])('topN %p is accepted', async (topN) => {
    expect(await messageOf(ChunkQuery, query({ topN }))).toBe('accepted')
  })
  test.each([-0.1, 1.1])('threshold %p is refused', async (threshold) => {
    expect(await messageOf(ChunkQuery, match({ threshold }))).toContain('body.match.threshold')
  })
  test.each([0, 0.5, 1])('threshold %p is accepted', async (threshold) => {
    expect(await messageOf(ChunkQuery, match({ threshold }))).toBe('accepted')
  })
  test('empty lists and texts are refused, an empty list of chunk ids is not', async () => {
    expect(await messageOf(ChunkQuery, match({ repoId: [] }))).toBe(
      invalid('body.match.repoId', 'List should have at least 1 item after validation, not 0'),
    )
    const tooShort = 'String should have at least 1 character'
    expect(await messageOf(ChunkQuery, query({ query: '' }))).toBe(invalid('body.query', tooShort))
    expect(await messageOf(FileSplit, { file: '', ragType })).toBe(invalid('body.file', tooShort))
    expect(await messageOf(QueryDocument, { docId: '', ragType })).toBe(invalid('body.docId', tooShort))
    expect(await messageOf(ChunkSave, { docId: 'd', group: 'g', chunks: [], ragType })).toContain('body.chunks')
    expect(await messageOf(ChunkDelete, { docId: 'd', chunkIds: [], ragType })).toBe('accepted')
  })
  test('a chunk to update has to be an object, a chunk to save may be anything', async () => {
    const body = { docId: 'd', group: 'g', chunks: [1], ragType }
    expect(await messageOf(ChunkUpdate, body)).toBe(invalid('body.chunks.0', 'Input should be a valid dictionary'))
    expect(await messageOf(ChunkSave, body)).toBe('accepted')
  })
})

test('what is left out has the defaults of the original', async () => {
  expect(await readBody(post({ file: 'f', ragType }), FileSplit)).toEqual({
    file: 'f',
    resourceType: 0,
    ragType,
    lengthRange: null,
    overlap: null,
    separator: null,
    cutOff: null,
    titleSplit: false,
  })
  expect(await readBody(post(query({ extra: 1 })), ChunkQuery)).toEqual({
    query: 'q',
    topN: 3,
    match: { repoId: ['r'], docIds: null, threshold: 0, flowId: null },
    ragType,
  })
  expect(await readBody(post({ docId: 'd', ragType }), ChunkDelete)).toEqual({ docId: 'd', chunkIds: null, ragType })
})

test('every problem is named, in the notation of the original', async () => {
  expect(await messageOf(ChunkQuery, { topN: 'x', match: 1 })).toBe(
    "Request parameter error: ['field: body.query, message: Field required', " +
      "'field: body.topN, message: Input should be a valid integer, unable to parse string as an integer', " +
      "'field: body.match, message: Input should be a valid dictionary or object to extract fields from', " +
      "'field: body.ragType, message: Field required']",
  )
  expect(await messageOf(QueryDocument, { docId: 'd', ragType: 'aiui-rag2' })).toBe(
    'Request parameter error: ["field: body.ragType, message: ' +
      "Input should be 'AIUI-RAG2', 'CBG-RAG', 'SparkDesk-RAG' or 'Ragflow-RAG'\"]",
  )
})

test('a body that is missing or no JSON is a request error too', async () => {
  expect(await messageOf(QueryDocument, '')).toBe(invalid('body', 'Field required'))
  expect(await messageOf(QueryDocument, '{"docId":')).toContain('JSON decode error')
})
