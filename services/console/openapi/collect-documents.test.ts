import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { collectDocuments } from './collect-documents.ts'

test('a service that is away or answers nonsense is named with a reason and costs the others nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'co-'))
  const gatewayPath = join(directory, 'g.sock')
  const server = Bun.serve({
    unix: gatewayPath,
    fetch: (request) => {
      const service = new URL(request.url).pathname.split('/')[2]
      if (service === 'good') return Response.json({ openapi: '3.0.3', paths: { '/x': {} } })
      if (service === 'odd') return new Response('<html>')
      return new Response('', { status: 503 })
    },
  })
  try {
    const source = { gatewayPath, services: ['good', 'odd', 'away'], logger: silentLogger }
    const collected = await collectDocuments(source, new AbortController().signal)
    expect(collected.parts).toMatchObject([{ service: 'good', document: { paths: { '/x': {} } } }])
    expect(collected.unavailable).toEqual([
      { service: 'odd', reason: 'answered with something that is no OpenAPI document' },
      { service: 'away', reason: 'answered with status 503' },
    ])
  } finally {
    await server.stop(true)
    rmSync(directory, { recursive: true })
  }
  const gone = { gatewayPath, services: ['good'], logger: silentLogger }
  const { unavailable } = await collectDocuments(gone, new AbortController().signal)
  expect(unavailable).toEqual([{ service: 'good', reason: 'cannot be reached' }])
})
