import { expect, test } from 'bun:test'
import { FILTER_CONDITIONS_MAX, FILTER_DEPTH_MAX } from './document-filter.ts'
import { readMetadataFilter } from './read-metadata-filter.ts'

test('a filter is taken as it was sent', () => {
  const filters = [
    { field: 'year', equals: 2024 },
    { field: 'year', in: [2023, '2024', true] },
    { field: 'date', from: '2024-01-01', to: '2024-12-31' },
    { field: 'year', to: 2024 },
    { and: [{ field: 'draft', exists: false }, { not: { or: [{ field: 'topics', contains: 'war' }] } }] },
  ]
  for (const filter of filters) expect(readMetadataFilter(filter)).toEqual(filter as never)
})

test('a filter that is wrong says where', () => {
  const nested = (depth: number): object => (depth === 1 ? { field: 'a', equals: 1 } : { not: nested(depth - 1) })
  const wide = { or: Array.from({ length: FILTER_CONDITIONS_MAX }, () => ({ field: 'a', equals: 1 })) }
  const wrong: [given: unknown, at: string][] = [
    [null, 'metadata'],
    [[], 'metadata'],
    [{}, 'metadata.field'],
    [{ field: 'a' }, 'metadata'],
    [{ field: 'a', like: 'b' }, 'metadata'],
    [{ field: 'a', equals: 1, in: [1] }, 'metadata'],
    [{ field: 'a', equals: null }, 'metadata.equals'],
    [{ field: 'a', equals: 'zero \0' }, 'metadata.equals'],
    [{ field: 'a', in: [] }, 'metadata.in'],
    [{ field: 'a', in: [1, {}] }, 'metadata.in.1'],
    [{ field: 'a', from: true }, 'metadata.from'],
    [{ field: 'a', from: 1, to: '2' }, 'metadata'],
    [{ field: 'a', exists: 'yes' }, 'metadata.exists'],
    [{ field: 'a', contains: 1 }, 'metadata.contains'],
    [{ and: [] }, 'metadata.and'],
    [{ and: [{ field: 'a', equals: 1 }], or: [] }, 'metadata.field'],
    [{ and: [{ field: 'a', equals: 1 }, { not: 5 }] }, 'metadata.and.1.not'],
    [nested(FILTER_DEPTH_MAX + 1), `metadata${'.not'.repeat(FILTER_DEPTH_MAX)}`],
    [wide, 'metadata'],
  ]
  for (const [given, at] of wrong) {
    expect(() => readMetadataFilter(given)).toThrow(expect.objectContaining({ details: { at } }) as never)
  }
  expect(readMetadataFilter(nested(FILTER_DEPTH_MAX))).toBeDefined()
})
