import { expect, test } from 'bun:test'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { openLocalObjectStore } from '#shared/objects/local-object-store.ts'
import { startWorkflow } from '../fixtures/start-workflow.ts'
import { createFileRepository } from './file-repository.ts'
import { sweepFiles } from './sweep-files.ts'

test('old files go with their contents, and contents that no file has go alone', async () => {
  await using workflow = await startWorkflow()
  const files = createFileRepository(workflow.context.database)
  const objects = await openLocalObjectStore(join(workflow.context.assignment.dataDirectory, 'swept'))
  const [kept, orphan] = await Promise.all(['kept', 'orphan'].map((text) => objects.put(Buffer.from(text))))
  await files.insert([{ id: 'a', appId: 'alice', contentHash: kept!, sizeBytes: 4, name: 'a.txt', extension: 'txt' }])
  const longAgo = new Date(Date.now() - 7_200_000)
  for (const hash of [kept, orphan]) await utimes(await objects.localPath(hash!), longAgo, longAgo)

  const { signal } = new AbortController()
  expect(await sweepFiles({ files, objects }, Date.now(), signal)).toBe(1)
  expect(await objects.exists(kept!)).toBe(true)
  const SIX_YEARS_MS = 6 * 365 * 86_400_000
  expect(await sweepFiles({ files, objects }, Date.now() + SIX_YEARS_MS, signal)).toBe(1)
  expect(await files.find('a')).toBeUndefined()
  expect(await objects.exists(kept!)).toBe(false)
})
