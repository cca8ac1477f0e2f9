import { expect, test } from 'bun:test'
import { heightOf, inTreeOrder, liesIn, pathOf } from './folder-tree-policy.ts'

const FOLDERS = [
  { id: 'wheels', parentId: 'parts', name: 'Wheels' },
  { id: 'parts', parentId: null, name: 'Parts' },
  { id: 'bolts', parentId: 'parts', name: 'Bolts' },
  { id: 'manuals', parentId: null, name: 'Manuals' },
  { id: 'spokes', parentId: 'wheels', name: 'Spokes' },
]
const BY_ID = new Map(FOLDERS.map((folder) => [folder.id, folder]))

test('a folder comes after the one it lies in, and beside others by name', () => {
  expect(inTreeOrder(FOLDERS).map(({ id }) => id)).toEqual(['manuals', 'parts', 'bolts', 'wheels', 'spokes'])
})

test('a path names all folders from the top', () => {
  expect(pathOf(BY_ID, 'spokes')).toEqual(['Parts', 'Wheels', 'Spokes'])
  expect(pathOf(BY_ID, 'nowhere')).toEqual([])
})

test('a folder lies in itself and in all above it, and in no other', () => {
  expect(liesIn(BY_ID, 'spokes', 'parts')).toBe(true)
  expect(liesIn(BY_ID, 'parts', 'parts')).toBe(true)
  expect(liesIn(BY_ID, 'parts', 'spokes')).toBe(false)
  expect(liesIn(BY_ID, 'bolts', 'wheels')).toBe(false)
})

test('levels are counted along the deepest branch', () => {
  expect([heightOf(BY_ID, 'parts'), heightOf(BY_ID, 'wheels'), heightOf(BY_ID, 'bolts')]).toEqual([3, 2, 1])
})
