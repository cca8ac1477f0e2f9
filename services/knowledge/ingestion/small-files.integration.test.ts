import { expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { createDocumentListRepository } from '../documents/document-list-repository.ts'
import { createDocumentRepository } from '../documents/document-repository.ts'
import { createSegmentRepository } from '../retrieval/segments/segment-repository.ts'
import { temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { ReadingToCommit } from './commit-reading.ts'
import { createGatheredSteps } from './gathered-steps.ts'
import { startIngestionClaimer } from './ingestion-claimer.ts'
import { makeChunks } from './make-chunks.ts'

const FILES = 60

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

const textOf = (number: number) => `File ${number} tells of the marker${number} and of comets.`

const uploadAll = async (knowledge: Knowledge, baseId: string) =>
  Promise.all(
    Array.from({ length: FILES }, async (_, number) => {
      const { status, body } = await knowledge.upload(baseId, textOf(number), { name: `${number}.txt` })
      expect(status).toBe(202)
      return body
    }),
  )

const claim = (knowledge: Knowledge) =>
  knowledge.dependencies
    .journal()
    .then((journal) =>
      startIngestionClaimer({ ...knowledge.dependencies, journal, draining: new AbortController().signal }),
    )

const statesOf = async ({ dependencies }: Knowledge, baseId: string): Promise<string[]> => {
  const rows = await createDocumentListRepository(dependencies.database).list(baseId, { limit: FILES + 1 })
  return rows.map(({ state }) => state)
}

test('many small files become searchable with few commits, each under its own name', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const baseId = await knowledge.createBase()
  const documents = await uploadAll(knowledge, baseId)
  expect(new Set(documents.map(({ runId }) => runId)).size).toBe(FILES)
  const claimer = await claim(knowledge)
  await waitFor(async () => (await statesOf(knowledge, baseId)).every((state) => state === 'ready'), {
    what: 'all files to be ready',
    timeoutMs: 60_000,
  })
  await claimer.stop()
  const snapshot = await createSegmentRepository(knowledge.dependencies.database).snapshot(baseId, -1)
  expect(snapshot?.segments.reduce((sum, { chunkCount }) => sum + chunkCount, 0)).toBe(FILES)
  expect(snapshot?.seq).toBeLessThan(FILES / 3)
  for (const number of [0, 17, FILES - 1]) {
    const { hits } = await knowledge.search(baseId, `marker${number}`)
    expect(hits[0]).toMatchObject({ content: textOf(number), citation: { documentName: `${number}.txt` } })
  }
  const { body } = await knowledge.upload(baseId, textOf(3), { name: 'again.txt' })
  expect(body.id).toBe(documents[3]?.id as string)
}, 60_000)

test('a document that is deleted or taken over while it is committed with others keeps none of them from being ready', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const { dependencies } = knowledge
  const baseId = await knowledge.createBase()
  const base = await dependencies.bases.find(undefined, baseId)
  if (!base) throw new Error('the base is gone')
  const uploaded = await uploadAll(knowledge, baseId)
  const steps = createGatheredSteps(dependencies)
  const readings = await Promise.all(
    uploaded.map(async ({ id, runId }): Promise<ReadingToCommit> => {
      const subject = { documentId: id, runId: runId ?? '' }
      const document = await steps.beginReading(subject)
      if (!document) throw new Error('it has not begun')
      const text = { text: textOf(Number(document.name.split('.')[0])), headings: [], pageStarts: [], failedPages: [] }
      const { name, mediaType, sizeBytes } = document
      const content = { name, mediaType, sizeBytes, contentHash: document.contentHash ?? '' }
      return { base, document, content, subject, text, chunks: makeChunks(text, base.splitting) }
    }),
  )
  const [deleted, overtaken, hidden] = uploaded
  const documents = createDocumentRepository(dependencies.database)
  await documents.delete(deleted?.id ?? '')
  await documents.note(overtaken?.id ?? '', { runId: 'another run' })
  await documents.setEnabled(hidden?.id ?? '', false)
  const { signal } = new AbortController()
  const leaving = new AbortController()
  const settled = await Promise.allSettled(
    readings.map((reading, at) => {
      const committing = steps.commit({ reading, signal: at === 3 ? leaving.signal : signal })
      if (at === 3) leaving.abort(new Error('cancelled'))
      return committing
    }),
  )
  expect(settled.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []))).toEqual([0, 1, 3])
  const states = await statesOf(knowledge, baseId)
  expect(states.filter((state) => state === 'ready').length).toBe(FILES - 3)
  expect((await knowledge.search(baseId, 'marker4')).hits[0]).toMatchObject({ content: textOf(4) })
  for (const number of [0, 1, 2, 3]) {
    const { hits } = await knowledge.search(baseId, `marker${number}`)
    expect(hits.map(({ content }) => content)).not.toContain(textOf(number))
  }
}, 60_000)

test('a run that begins twice, or is not the one that its document waits for, changes nothing', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const { dependencies } = knowledge
  const { body } = await knowledge.upload(await knowledge.createBase(), 'Comets have tails.', { name: 'a.txt' })
  const documents = createDocumentRepository(dependencies.database)
  const subject = { documentId: body.id, runId: body.runId ?? '' }
  const stranger = { ...subject, runId: '1' }
  expect(await documents.beginReading([stranger])).toEqual([])
  const [begun] = await documents.beginReading([stranger, subject])
  expect(begun).toMatchObject({ id: body.id, state: 'reading', runId: subject.runId })
  // Queued twice, and the first one has begun meanwhile.
  await documents.noteQueued([stranger])
  expect((await documents.find(undefined, body.id))?.runId).toBe(subject.runId)
  expect(await documents.beginReading([subject])).toHaveLength(1)
  // A run that nobody has named yet names itself.
  await documents.note(body.id, { runId: null })
  expect((await documents.beginReading([stranger]))[0]?.runId).toBe('1')
  expect(await documents.beginReading([subject])).toEqual([])
})
