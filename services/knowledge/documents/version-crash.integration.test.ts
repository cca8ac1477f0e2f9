import { expect, test } from 'bun:test'
import { takeOverWorker } from '#shared/journal/take-over-worker.ts'
import { callApp } from '#shared/testing/call-app.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createHitRepository } from '../retrieval/hit-repository.ts'
import { startWorker } from '../test/start-worker.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { Document } from './document-schemas.ts'

const PARAGRAPHS = 3_000
const ROUNDS = 6
/** A worker reads, splits and indexes an edition in about this time. */
const READING_MS = 400

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

/** Every paragraph names the comet and the edition that it belongs to. */
const edition = (number: number): string =>
  Array.from(
    { length: PARAGRAPHS },
    (_, paragraph) =>
      `Comet paragraph${paragraph} of edition${number} ${'was seen again over the old hill '.repeat(4)}.`,
  ).join('\n\n')

const show = async ({ app }: Knowledge, documentId: string) =>
  (await callApp(app, `GET /api/documents/${documentId}`, { headers: APP })).body as Document

/** How many chunks of each edition a search finds, such as `{ "1": 3000 }`. */
const found = async (knowledge: Knowledge, documentId: string): Promise<Record<string, number>> => {
  const { database, documents, index } = knowledge.dependencies
  const document = await documents.find('acme', documentId)
  const documentNumbers = new Set([document?.number ?? 0])
  const query = { baseIds: [document?.baseId ?? ''], text: 'comet', limit: 10_000, documentNumbers }
  const rows = await createHitRepository(database).find((await index.search(query)).map((hit) => hit.chunkId))
  const paragraphs = [...rows.values()].flatMap(({ content }) => [
    ...content.matchAll(/paragraph(\d+) of edition(\d+)/g),
  ])
  const editions = Map.groupBy(paragraphs, ([, , number]) => number ?? '')
  return Object.fromEntries(
    [...editions].map(([number, hits]) => [number, new Set(hits.map(([, paragraph]) => paragraph)).size]),
  )
}

test('a worker killed while it reads a new version leaves the old one found as a whole, and the next worker puts the new one in its place', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const baseId = await knowledge.createBase()
  const { body } = await knowledge.upload(baseId, edition(1), { name: 'comets.md' })
  {
    await using _first = await startWorker('ingesting', knowledge)
    expect((await knowledge.settled(body.id)).state).toBe('ready')
  }
  const random = seededRandom(11)
  const killedIn = new Set<string>()
  for (let round = 2; round < 2 + ROUNDS; round++) {
    const form = new FormData()
    form.set('file', new File([edition(round)], 'comets.md'))
    const url = `http://app.test/api/documents/${body.id}/file`
    const answer = await knowledge.app.handle(new Request(url, { method: 'PUT', body: form, headers: APP }))
    expect(answer.status).toBe(202)

    const doomed = await startWorker('ingesting', knowledge)
    await waitFor(async () => (await show(knowledge, body.id)).state !== 'queued', { what: 'the run to begin' })
    await Bun.sleep(random() * READING_MS)
    await doomed.kill()
    const after = await show(knowledge, body.id)
    killedIn.add(after.state)
    const current = after.state === 'ready' ? round : round - 1
    expect(after).toMatchObject({ version: current, pendingVersion: current === round ? null : round })
    expect(await found(knowledge, body.id)).toEqual({ [current]: PARAGRAPHS })

    await takeOverWorker(knowledge.databaseUrl, doomed.workerId)
    await using _next = await startWorker('ingesting', knowledge)
    expect(await knowledge.settled(body.id)).toMatchObject({ state: 'ready', version: round, pendingVersion: null })
    expect(await found(knowledge, body.id)).toEqual({ [round]: PARAGRAPHS })
  }
  // A test that only killed idle workers would show nothing.
  killedIn.delete('ready')
  expect(killedIn.size).toBeGreaterThan(0)
}, 180_000)
