import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { Document } from '../documents/document-schemas.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { Chunk, ChunkPage } from './chunk-schemas.ts'

/** A word of every chunk, so that one query asks for all that can be found. */
const EVERYWHERE = 'astronomy'
const paragraphs = (...names: string[]) => names.map((name) => `${EVERYWHERE} of ${name}.`).join('\n\n')

test('what people added, changed and disabled outlives a new version of the file; what they deleted comes back', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase({ splitting: { lengthMin: 5, lengthMax: 30 } })
  const { body } = await knowledge.upload(baseId, paragraphs('comets', 'planets', 'stars', 'moons'), { name: 'a.txt' })
  await knowledge.settled(body.id)
  const path = `/api/documents/${body.id}/chunks` as const
  const call = (route: 'POST' | 'PATCH' | 'DELETE', rest: string, payload?: object) =>
    callApp(knowledge.app, `${route} ${path}${rest}`, { headers: APP, ...(payload ? { body: payload } : {}) })
  await call('POST', '', { content: `${EVERYWHERE} by hand.`, after: '0' })
  await call('PATCH', '/1', { content: `${EVERYWHERE} of exoplanets.` })
  await call('PATCH', '/2', { enabled: false })
  await call('DELETE', '/3')

  const form = new FormData()
  form.set('file', new File([paragraphs('comets', 'planets', 'stars', 'moons', 'dust')], 'a.txt'))
  const url = `http://app.test/api/documents/${body.id}/file`
  const put = await knowledge.app.handle(new Request(url, { method: 'PUT', body: form, headers: APP }))
  expect(put.status).toBe(202)
  await waitFor(
    async () => {
      const { body: now } = await callApp(knowledge.app, `GET /api/documents/${body.id}`, { headers: APP })
      return (now as Document).version === 2 && (now as Document).state === 'ready'
    },
    { what: 'the new version to be found', timeoutMs: 45_000 },
  )

  const list = await callApp(knowledge.app, `GET ${path}`, { headers: APP })
  const { chunks } = list.body as typeof ChunkPage.static
  const told = ({ content, enabled, origin }: Chunk) => [content.replace(`${EVERYWHERE} `, ''), enabled, origin]
  expect(chunks.map(told)).toEqual([
    ['of comets.', true, 'document'],
    ['by hand.', true, 'added'],
    ['of exoplanets.', true, 'edited'],
    ['of stars.', false, 'document'],
    ['of moons.', true, 'document'],
    ['of dust.', true, 'document'],
  ])
  const found = await knowledge.search(baseId, EVERYWHERE, { limit: 50 })
  expect(found.hits.map(({ content }) => content).sort()).toEqual(
    chunks
      .filter(({ enabled }) => enabled)
      .map(({ content }) => content)
      .sort(),
  )
})
