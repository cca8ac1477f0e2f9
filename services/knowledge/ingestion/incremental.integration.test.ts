import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { Document } from '../documents/document-schemas.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import { startIngestionClaimer } from './ingestion-claimer.ts'

const PARAGRAPHS = 60
const paragraph = (number: number) => `Observation ${number}: ${'the comet stood high over the dome '.repeat(20)}.`
const textOf = (numbers: readonly number[]) => numbers.map(paragraph).join('\n\n')
const all = Array.from({ length: PARAGRAPHS }, (_, number) => number)

/** The service with an index that counts what it is given. */
const setUp = async () => {
  const knowledge = await temporaryKnowledge({ claim: false })
  const given = { added: 0, retracted: 0 }
  const { index } = knowledge.dependencies
  const counting = {
    ...index,
    prepare: (...[baseId, chunks, signal]: Parameters<typeof index.prepare>) => {
      given.added += chunks.length
      return index.prepare(baseId, chunks, signal)
    },
    retract: (...[commit, chunkIds]: Parameters<typeof index.retract>) => {
      given.retracted += chunkIds.length
      return index.retract(commit, chunkIds)
    },
  }
  const journal = await knowledge.dependencies.journal()
  const draining = new AbortController()
  const claimer = startIngestionClaimer({
    ...knowledge.dependencies,
    index: counting,
    journal,
    draining: draining.signal,
  })
  // A chunk holds one paragraph, so that it is plain which of them differ.
  const baseId = await knowledge.createBase({ splitting: { lengthMax: 1_000 } })
  const { body } = await knowledge.upload(baseId, textOf(all), { name: 'log.txt' })
  const { id } = await knowledge.settled(body.id)
  return {
    knowledge,
    baseId,
    id,
    /** What the index has been given since the last question. */
    given() {
      const { added, retracted } = given
      Object.assign(given, { added: 0, retracted: 0 })
      return { added, retracted }
    },
    rows: () => knowledge.dependencies.chunks.listOf(id, { limit: 10_000 }),
    call: async (route: Parameters<typeof callApp>[1], body?: object) =>
      (await callApp(knowledge.app, route, { headers: APP, ...(body ? { body } : {}) })) as {
        status: number
        body: Document & { queued: number }
      },
    async replace(text: string) {
      const form = new FormData()
      form.set('file', new File([text], 'log.txt'))
      const url = `http://app.test/api/documents/${id}/file`
      const answer = await knowledge.app.handle(new Request(url, { method: 'PUT', body: form, headers: APP }))
      expect(answer.status).toBe(202)
      return knowledge.settled(id)
    },
    async [Symbol.asyncDispose]() {
      draining.abort()
      await claimer.stop()
      await knowledge[Symbol.asyncDispose]()
    },
  }
}

test('a new version gives the index only the chunks that differ; the others keep their id and are found where they are now', async () => {
  await using place = await setUp()
  const before = await place.rows()
  expect(place.given()).toEqual({ added: before.length, retracted: 0 })
  const changed = [...all.slice(0, 10), 1_000, ...all.slice(10, 30), ...all.slice(31)]
  expect(await place.replace(textOf(changed))).toMatchObject({ state: 'ready', version: 2 })
  const after = await place.rows()
  const given = place.given()
  expect(given.added).toBeGreaterThan(0)
  expect(given.added).toBeLessThan(6)
  expect(given.retracted).toBeLessThan(6)
  const known = new Map(before.map((row) => [row.id, row.content]))
  expect(after.filter(({ id }) => known.has(id)).length).toBe(after.length - given.added)
  for (const { id, content } of after) expect(known.get(id) ?? content).toBe(content)
  const numbers = after.flatMap(({ content }) =>
    [...content.matchAll(/Observation (\d+)/g)].map(([, each]) => Number(each)),
  )
  expect(numbers).toEqual(changed)
  const { hits } = await place.knowledge.search(place.baseId, 'observation 1000', { limit: 1 })
  expect(hits[0]?.content).toContain('Observation 1000')
}, 120_000)

test('a reindex of a base whose settings did not change gives the index nothing, and one whose settings did keeps what stays the same', async () => {
  await using place = await setUp()
  const before = await place.rows()
  place.given()
  expect(await place.call(`POST /api/bases/${place.baseId}/reindex`)).toMatchObject({
    status: 202,
    body: { queued: 1 },
  })
  expect(await place.knowledge.settled(place.id)).toMatchObject({ state: 'ready', chunkCount: before.length })
  expect(place.given()).toEqual({ added: 0, retracted: 0 })
  expect(await place.rows()).toEqual(before)

  await place.call(`PATCH /api/bases/${place.baseId}`, { splitting: { lengthMax: 5_000, lengthMin: 4_000 } })
  await place.call(`POST /api/bases/${place.baseId}/reindex`)
  await place.knowledge.settled(place.id)
  const longer = await place.rows()
  expect(longer.length).toBeLessThan(before.length / 2)
  expect(place.given()).toEqual({ added: longer.length, retracted: before.length })
  expect(longer.map(({ content }) => content).join('\n\n')).toBe(before.map(({ content }) => content).join('\n\n'))
}, 120_000)

test('an ingestion is told by its run: pages, what was kept and what was changed', async () => {
  await using place = await setUp()
  const document = await place.replace(textOf([...all, 2_000]))
  const journal = await place.knowledge.dependencies.journal()
  const indexed = await waitFor(
    async () => {
      const events = await journal.read(document.runId ?? '', -1)
      return events.find(({ event }) => event.type === 'document-indexed')?.event
    },
    { what: 'the trace to be on disk' },
  )
  expect(indexed).toMatchObject({ chunks: document.chunkCount })
  expect(Number(indexed.kept) + Number(indexed.added)).toBe(document.chunkCount)
})
