import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  findBadErrorCodes,
  findEnvironmentReads,
  findOversize,
  findUnnamedFolders,
  type SourceFile,
} from './repository-rules.ts'
import { findUnguardedCalls } from './unguarded-calls.ts'

const root = resolve(import.meta.dir, '../..')

const readTree = async (pattern: string): Promise<SourceFile[]> => {
  const paths = await Array.fromAsync(new Bun.Glob(pattern).scan({ cwd: root }))
  return Promise.all(paths.map(async (path) => ({ path, text: await Bun.file(resolve(root, path)).text() })))
}

const sources = await readTree('{supervisor,services,shared,deploy,bench}/**/*.{ts,mjs,js,css,html,sql}').then(
  (files) => files.filter(({ path }) => !path.startsWith('deploy/migrations/') && !path.includes('/node_modules/')),
)

test('every error code is unique and begins with the name of its service', () => {
  expect(findBadErrorCodes(sources)).toEqual([])
})

test('only main.ts files read the environment', () => {
  expect(findEnvironmentReads(sources)).toEqual([])
})

test('services call the outside through the outbound guard only', () => {
  expect(findUnguardedCalls(sources)).toEqual([])
})

test('no file is longer than 400 lines and half of them are shorter than 80', () => {
  expect(findOversize(sources)).toEqual([])
})

test('ARCHITECTURE.md names every top-level folder and every folder below one', async () => {
  const top = ['supervisor', 'services', 'shared', 'deploy', 'bench']
  const below = top.flatMap((folder) =>
    readdirSync(resolve(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${folder}/${entry.name}`),
  )
  const architecture = await Bun.file(resolve(root, 'ARCHITECTURE.md')).text()
  expect(findUnnamedFolders([...top, ...below], architecture)).toEqual([])
})

test('each rule complains about a file that breaks it', () => {
  const file = (path: string, text: string): SourceFile => ({ path, text })
  const coded = (path: string, code: string) => file(path, `class A { readonly code = '${code}' }`)
  expect(findBadErrorCodes([coded('services/agent/errors.ts', 'KNOWLEDGE_GONE')])).toHaveLength(1)
  expect(
    findBadErrorCodes([coded('services/agent/errors.ts', 'AGENT_A'), coded('services/agent/b/c.ts', 'AGENT_A')]),
  ).toHaveLength(1)
  expect(findEnvironmentReads([file('services/agent/app.ts', 'const url = Bun.env.URL')])).toHaveLength(1)
  expect(findOversize([file('a.ts', '\n'.repeat(401)), file('b.ts', '\n')])).toEqual(['a.ts has 401 lines'])
  expect(findOversize([file('a.ts', '\n'.repeat(100))])).toHaveLength(1)
  const unguarded = [
    'const answer = await fetch(url)',
    "await fetch('http://example.com')",
    'create({ url, fetch, logger })',
    'const send = trusted ? fetch : guarded',
    'return [fetch]',
    'const socket = new WebSocket(url)',
    "import { request } from 'node:https'",
  ]
  for (const line of unguarded) expect(findUnguardedCalls([file('services/link/a.ts', line)])).toHaveLength(1)
  const guarded = [
    'await outbound.fetch(url)',
    "await fetch('http://gateway/v1', { unix })",
    'create({ fetch: outbound.fetch })',
    '  async fetch(url, init = {}) {',
    '  fetch(url: string): Promise<Response>',
    '// fetch, and more',
  ]
  for (const line of guarded) expect(findUnguardedCalls([file('services/link/a.ts', line)])).toEqual([])
  expect(findUnnamedFolders(['shared/queue'], 'text')).toEqual(['shared/queue/ is not named in ARCHITECTURE.md'])
})
