import { expect, test } from 'bun:test'
import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { Document } from '../documents/document-schemas.ts'
import { startWorker } from '../test/start-worker.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import { queueIngestion } from './queue-ingestion.ts'
import { queueStranded } from './queue-stranded.ts'

const PARAGRAPHS = 1_500
/** Every paragraph names the comet, and each has a number of its own. */
const TEXT = Array.from(
  { length: PARAGRAPHS },
  (_, number) => `Comet number${number} ${'was seen again over the old observatory '.repeat(4)}.`,
).join('\n\n')

const showDocument = async (knowledge: Awaited<ReturnType<typeof temporaryKnowledge>>, documentId: string) =>
  (await callApp(knowledge.app, `GET /api/documents/${documentId}`, { headers: APP })).body as Document

const everyChunk = async (knowledge: Awaited<ReturnType<typeof temporaryKnowledge>>, documentId: string) => {
  const document = await knowledge.dependencies.documents.find('acme', documentId)
  const rows = await knowledge.dependencies.chunks.listOf(documentId, { limit: 10_000 })
  const hits = await knowledge.dependencies.index.search({
    baseIds: [document?.baseId ?? ''],
    text: 'comet',
    limit: 10_000,
    documentNumbers: new Set([document?.number ?? 0]),
  })
  return { rows, hits }
}

test('a worker killed in the middle of reading, splitting or indexing is followed by another; no chunk is missing or there twice', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const baseId = await knowledge.createBase()
  const random = seededRandom(5)
  const seen = new Set<string>()
  for (let round = 0; round < 6; round++) {
    const name = `round-${round}.md`
    const { body } = await knowledge.upload(baseId, `# Round ${round}\n\n${TEXT}`, { name })
    const first = await startWorker('ingesting', knowledge)
    // Somewhere between the first step and some way into the last one.
    await waitFor(async () => (await showDocument(knowledge, body.id)).state !== 'queued', { what: 'the run to begin' })
    await Bun.sleep(random() * 400)
    await first.kill()
    const after = await showDocument(knowledge, body.id)
    seen.add(after.state)
    const halfway = await everyChunk(knowledge, body.id)
    if (after.state !== 'ready') expect([halfway.rows.length, halfway.hits.length]).toEqual([0, 0])

    await takeOverWorker(knowledge.databaseUrl, first.workerId)
    await using second = await startWorker('ingesting', knowledge)
    const document = await knowledge.settled(body.id)
    expect(document.state).toBe('ready')
    const { rows, hits } = await everyChunk(knowledge, body.id)
    const numbers = rows.flatMap((row) => [...row.content.matchAll(/number(\d+)/g)].map((match) => Number(match[1])))
    expect(numbers).toEqual(Array.from({ length: PARAGRAPHS }, (_, number) => number))
    expect(hits.map((hit) => hit.chunkId).sort((a, b) => a - b)).toEqual(rows.map((row) => row.id))
    expect(document.chunkCount).toBe(rows.length)

    const journal = await knowledge.dependencies.journal()
    const run = await waitFor(
      async () => {
        const header = await journal.find(document.runId ?? '')
        return header?.state === 'completed' ? header : undefined
      },
      { what: 'the run to be completed' },
    )
    const events = await journal.read(run.id, -1)
    const workers = events.flatMap(({ event }) => (event.type === 'ingestion-started' ? [event.worker] : []))
    if (after.state !== 'ready') expect(workers.at(-1)).toBe(second.workerId)
  }
  // The kills have to have hit something: a test that only killed idle workers shows nothing.
  seen.delete('ready')
  expect(seen.size).toBeGreaterThan(0)
}, 120_000)

test('a document whose process died before its run was queued is queued by the next round of maintenance', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const { documents, files } = knowledge.dependencies
  const bytes = new TextEncoder().encode('Comets have tails.')
  const contentHash = await files.put(bytes)
  await documents.insert({
    id: 'stranded',
    appId: 'acme',
    baseId,
    name: 'a.txt',
    mediaType: 'text/plain',
    contentHash,
    sizeBytes: bytes.byteLength,
    state: 'queued',
  })
  expect(await queueStranded(knowledge.dependencies, 60_000)).toBe(0)
  expect(await queueStranded(knowledge.dependencies, 0)).toBe(1)
  expect(await queueStranded(knowledge.dependencies, 0)).toBe(0)
  expect(await knowledge.settled('stranded')).toMatchObject({ state: 'ready', chunkCount: 1 })
})

test('two runs for one document finish it once', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const { body } = await knowledge.upload(baseId, TEXT, { name: 'a.txt' })
  const row = await knowledge.dependencies.documents.find('acme', body.id)
  if (row) await queueIngestion(knowledge.dependencies, row)
  await knowledge.settled(body.id)
  const { rows, hits } = await everyChunk(knowledge, body.id)
  expect(new Set(rows.map((each) => each.key)).size).toBe(rows.length)
  expect(hits.length).toBe(rows.length)
})
