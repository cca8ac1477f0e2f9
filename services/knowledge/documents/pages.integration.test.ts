import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { Document } from './document-schemas.ts'

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

const page = (text: string) =>
  `<!doctype html><html><head><title>Comets &amp; tails</title></head><body><p>${text}</p></body></html>`

/** A site with one page whose text a test changes, and addresses that lead elsewhere. */
const startSite = () => {
  const state = { text: 'Comets have tails of dust.' }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname } = new URL(request.url)
      if (pathname === '/moved') return Response.redirect('/comets.html')
      if (pathname === '/away') return Response.redirect('http://10.1.2.3/secret')
      if (pathname === '/gone') return new Response('nothing', { status: 404 })
      // What a server calls it does not count.
      if (pathname === '/plain')
        return new Response('Stars stand almost still.', { headers: { 'content-type': 'image/png' } })
      return new Response(page(state.text), { headers: { 'content-type': 'text/html' } })
    },
  })
  const url = `http://127.0.0.1:${server.port}`
  return { state, url, [Symbol.asyncDispose]: () => server.stop(true) }
}

const post = async (knowledge: Knowledge, path: string, body: object = {}) => {
  const answer = await callApp(knowledge.app, `POST ${path}?waitMs=30000` as `POST /${string}`, { headers: APP, body })
  return { status: answer.status, body: answer.body as Document & { code?: string; remedy?: string } }
}

test('a web page is found by its text, named by its title, and remembers where it came from', async () => {
  await using site = startSite()
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const url = `${site.url}/comets.html`
  const added = await post(knowledge, `/api/bases/${baseId}/documents/pages`, { url: `${url}#top`, tags: ['sky'] })
  expect(added).toMatchObject({
    status: 202,
    body: { state: 'ready', name: 'Comets & tails', mediaType: 'text/html', sourceUrl: url, tags: ['sky'] },
  })
  expect((await knowledge.search(baseId, 'tails of dust')).hits[0]?.content).toContain('tails of dust')
  const moved = await post(knowledge, `/api/bases/${await knowledge.createBase()}/documents/pages`, {
    url: `${site.url}/moved`,
    name: 'Tails',
  })
  expect(moved).toMatchObject({ status: 202, body: { state: 'ready', name: 'Tails' } })
})

test('a page that is fetched again becomes a new version only when it changed', async () => {
  await using site = startSite()
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const url = `${site.url}/comets.html`
  const { body } = await post(knowledge, `/api/bases/${baseId}/documents/pages`, { url })
  expect(await post(knowledge, `/api/documents/${body.id}/refresh`)).toMatchObject({
    status: 200,
    body: { version: 1 },
  })
  site.state.text = 'Glaciers melt slowly northward.'
  expect(await post(knowledge, `/api/documents/${body.id}/refresh`)).toMatchObject({
    status: 202,
    body: { state: 'ready', version: 2, name: 'Comets & tails' },
  })
  expect((await knowledge.search(baseId, 'glaciers')).count).toBe(1)
  expect((await knowledge.search(baseId, 'dust')).count).toBe(0)
  // The same address again is the same document.
  site.state.text = 'Rivers carry gravel.'
  const again = await post(knowledge, `/api/bases/${baseId}/documents/pages`, { url })
  expect(again).toMatchObject({ status: 202, body: { id: body.id, version: 3 } })
})

test('an address that may not be called is refused, also when a page leads to it', async () => {
  await using site = startSite()
  await using knowledge = await temporaryKnowledge({ claim: false })
  const baseId = await knowledge.createBase()
  const add = (url: string) => post(knowledge, `/api/bases/${baseId}/documents/pages`, { url })
  for (const url of ['http://10.1.2.3/secret', `${site.url}/away`]) {
    expect(await add(url)).toMatchObject({ body: { code: 'OUTBOUND_REFUSED' } })
  }
  expect(await add('file:///etc/passwd')).toMatchObject({ body: { code: 'OUTBOUND_URL_INVALID' } })
  expect(await add('comets')).toMatchObject({ body: { code: 'OUTBOUND_URL_INVALID' } })
  expect(await add(`${site.url}/gone`)).toMatchObject({
    status: 502,
    body: { code: 'KNOWLEDGE_DOWNLOAD_FAILED', remedy: expect.any(String) },
  })
  const listed = await callApp(knowledge.app, `GET /api/bases/${baseId}/documents`, { headers: APP })
  expect(listed.body).toMatchObject({ documents: [] })
})

test('what a server serves is taken for what it is', async () => {
  await using site = startSite()
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const added = await post(knowledge, `/api/bases/${baseId}/documents/pages`, { url: `${site.url}/plain` })
  expect(added).toMatchObject({ status: 202, body: { state: 'ready', mediaType: 'text/plain', name: 'plain' } })
})

test('a text is a document with a title, and cannot be fetched again', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const body = { title: 'Opening hours', text: 'We open at nine.', metadata: { year: 2026 } }
  const added = await post(knowledge, `/api/bases/${baseId}/documents/texts`, body)
  expect(added).toMatchObject({
    status: 202,
    body: { state: 'ready', name: 'Opening hours', metadata: { year: 2026 }, sourceUrl: null },
  })
  const changed = { ...body, text: 'We open at ten.', onSameName: 'version' }
  expect(await post(knowledge, `/api/bases/${baseId}/documents/texts`, changed)).toMatchObject({
    body: { id: added.body.id, version: 2 },
  })
  expect((await knowledge.search(baseId, 'open at ten')).hits.map((hit) => hit.content)).toEqual(['We open at ten.'])
  expect(await post(knowledge, `/api/documents/${added.body.id}/refresh`)).toMatchObject({
    status: 409,
    body: { code: 'KNOWLEDGE_SOURCE_MISSING' },
  })
})
