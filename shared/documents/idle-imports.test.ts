import { expect, test } from 'bun:test'
import { resolve } from 'node:path'

/** Modules that a process has once it has loaded a file, by what their sources import at once. */
const loadedBy = async (path: string, seen = new Set<string>()): Promise<Set<string>> => {
  if (seen.has(path)) return seen
  seen.add(path)
  const source = await Bun.file(path).text()
  const imports = new Bun.Transpiler({ loader: 'ts' }).scanImports(source)
  for (const { kind, path: name } of imports) {
    if (kind !== 'import-statement') continue
    if (name.startsWith('.')) await loadedBy(resolve(path, '..', name), seen)
    else seen.add(name)
  }
  return seen
}

const LIBRARIES = ['fflate', 'saxes', 'postal-mime', 'unpdf']

test('a process that reads no document has none of the libraries that read them', async () => {
  for (const entry of ['detect-media-type.ts', 'read-document.ts', 'read-document-bytes.ts']) {
    const loaded = await loadedBy(resolve(import.meta.dir, entry))
    expect(LIBRARIES.filter((name) => loaded.has(name))).toEqual([])
  }
})

test('the reading process loads what one kind of document needs', async () => {
  const child = await loadedBy(resolve(import.meta.dir, 'read-child.ts'))
  expect(LIBRARIES.filter((name) => child.has(name))).toEqual([])
  const email = await loadedBy(resolve(import.meta.dir, 'email/read-email.ts'))
  expect(LIBRARIES.filter((name) => email.has(name))).toEqual(['postal-mime'])
})
