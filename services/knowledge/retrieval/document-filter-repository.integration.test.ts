import { expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { DEFAULT_SPLITTING } from '../splitting/split-settings.ts'
import { type DocumentMetadata, knowledgeBases, knowledgeDocuments, knowledgeFolders } from '../tables.ts'
import type { DocumentFilter, MetadataFilter, MetadataValue } from './document-filter.ts'
import { createDocumentFilterRepository } from './document-filter-repository.ts'

const random = seededRandom(23)
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
const some = <Item>(items: readonly Item[]): Item[] => items.filter(() => random() < 0.3)

const FIELDS = ['year', 'author', 'draft', 'topics', 'with "quotes" and \\']
const VALUES: MetadataValue[] = [2020, 2021.5, -3, 1e21, '2020', '2021-05-01', 'Ä', '𝒳', '￼', '', true, false]
const TAGS = ['red', 'green', 'blue', "o'clock {a,b}"]
const WORDS = ['war', 'peace', '2020', '']

const anyMetadata = (): DocumentMetadata =>
  Object.fromEntries(some(FIELDS).map((field) => [field, random() < 0.3 ? some(WORDS) : pick(VALUES)]))

const anyFilter = (depth: number): MetadataFilter => {
  const field = pick([...FIELDS, 'unknown'])
  const kind = Math.floor(random() * (depth > 0 ? 9 : 6))
  if (kind === 0) return { field, equals: pick(VALUES) }
  if (kind === 1) return { field, in: [pick(VALUES), pick(VALUES)] }
  if (kind === 2) return { field, exists: random() < 0.5 }
  if (kind === 3) return { field, contains: pick(WORDS) }
  if (kind === 4) return { field, from: pick([2020, -100]), ...(random() < 0.5 ? { to: pick([2021.5, 1e22]) } : {}) }
  if (kind === 5)
    return { field, to: pick(['2021', '𝒳', 'Z']), ...(random() < 0.5 ? { from: pick(['', '2020']) } : {}) }
  if (kind === 6) return { and: [anyFilter(depth - 1), anyFilter(depth - 1)] }
  if (kind === 7) return { or: [anyFilter(depth - 1), anyFilter(depth - 1)] }
  return { not: anyFilter(depth - 1) }
}

/** The oracle: what the words of the filter say, without SQL. */
const holds = (filter: MetadataFilter, metadata: DocumentMetadata): boolean => {
  if ('and' in filter) return filter.and.every((each) => holds(each, metadata))
  if ('or' in filter) return filter.or.some((each) => holds(each, metadata))
  if ('not' in filter) return !holds(filter.not, metadata)
  const value = metadata[filter.field]
  if ('exists' in filter) return (value !== undefined) === filter.exists
  if (value === undefined) return false
  if ('equals' in filter) return value === filter.equals
  if ('in' in filter) return filter.in.some((each) => each === value)
  if ('contains' in filter) return Array.isArray(value) && value.includes(filter.contains)
  const { from, to } = filter
  return (
    (from === undefined || (typeof from === typeof value && compare(value as string, from as string) >= 0)) &&
    (to === undefined || (typeof to === typeof value && compare(value as string, to as string) <= 0))
  )
}
const compare = (a: string | number, b: string | number): number =>
  typeof a === 'string' && typeof b === 'string'
    ? Buffer.compare(Buffer.from(a), Buffer.from(b))
    : Number(a) - Number(b)

/** id, parent */
const FOLDERS: [string, string | null][] = [
  ['top', null],
  ['middle', 'top'],
  ['deep', 'middle'],
  ['beside', null],
]
const parentsOf = (folderId: string | null): string[] =>
  folderId === null ? [] : [folderId, ...parentsOf(FOLDERS.find(([id]) => id === folderId)?.[1] ?? null)]

test('every filter lets exactly those documents through that it describes', async () => {
  await using postgres = await temporaryDatabase()
  const { database } = postgres
  const base = { appId: 'a', name: 'b', splitting: DEFAULT_SPLITTING }
  await database.insert(knowledgeBases).values(['one', 'two', 'other'].map((id) => ({ ...base, id })))
  await database
    .insert(knowledgeFolders)
    .values(FOLDERS.map(([id, parentId]) => ({ id, parentId, baseId: 'one', name: id })))
  const rows = await database
    .insert(knowledgeDocuments)
    .values(
      Array.from({ length: 400 }, (_, index) => ({
        id: `d${index}`,
        appId: 'a',
        baseId: pick(['one', 'two', 'other']),
        name: 'n',
        mediaType: 'text/plain',
        state: 'ready' as const,
        enabled: random() < 0.9,
        folderId: random() < 0.5 ? pick(FOLDERS)[0] : null,
        tags: some(TAGS),
        metadata: anyMetadata(),
      })),
    )
    .returning()
  const filters = createDocumentFilterRepository(database)
  const baseIds = ['one', 'two']
  let found = 0
  for (let round = 0; round < 400; round++) {
    const filter: DocumentFilter = {
      ...(random() < 0.1 ? { documentIds: rows.slice(0, 200).map(({ id }) => id) } : {}),
      ...(random() < 0.2 ? { folderIds: [pick(FOLDERS)[0]] } : {}),
      ...(random() < 0.2 ? { tagsAny: [pick(TAGS), pick(TAGS)] } : {}),
      ...(random() < 0.2 ? { tagsAll: [pick(TAGS)] } : {}),
      ...(random() < 0.8 ? { metadata: anyFilter(3) } : {}),
    }
    const expected = rows.filter(
      (row) =>
        row.enabled &&
        baseIds.includes(row.baseId ?? '') &&
        (filter.documentIds?.includes(row.id) ?? true) &&
        (filter.folderIds?.some((id) => parentsOf(row.folderId).includes(id)) ?? true) &&
        (filter.tagsAny?.some((tag) => row.tags.includes(tag)) ?? true) &&
        (filter.tagsAll?.every((tag) => row.tags.includes(tag)) ?? true) &&
        (filter.metadata === undefined || holds(filter.metadata, row.metadata)),
    )
    const numbers = await filters.numbersOf(baseIds, filter)
    expect({ filter, numbers: [...numbers].sort((a, b) => a - b) }).toEqual({
      filter,
      numbers: expected.map(({ number }) => number).sort((a, b) => a - b),
    })
    if (numbers.size > 0 && numbers.size < 200) found += 1
  }
  // Filters that let all or nothing through would show nothing.
  expect(found).toBeGreaterThan(150)
}, 120_000)
