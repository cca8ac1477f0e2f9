import { expect, test } from 'bun:test'
import { silentLogger } from '#shared/logging/logger.ts'
import { connectPostgres } from '#shared/postgres/connect.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { auditChanges } from './audit-changes.ts'
import { noteForAudit } from './audit-note.ts'
import { createAuditRepository } from './audit-repository.ts'

const change = (headers: Record<string, string> = {}) =>
  new Request('http://worker/api/flows?token=secret', { method: 'POST', headers })
const options = (database: Parameters<typeof createAuditRepository>[0]) => ({
  ...{ service: 'workflow', database, logger: silentLogger, proxyHops: 0 },
})

test('the entry is there before the call does anything, and what came of it before it is answered', async () => {
  await using postgres = await temporaryDatabase()
  const entries = createAuditRepository(postgres.database)
  const handle = auditChanges(options(postgres.database), async (request) => {
    const [begun] = await entries.search({ limit: 1 })
    expect(begun).toMatchObject({ action: 'flows:write', path: '/api/flows', status: null })
    noteForAudit(request, { appId: 'made' })
    return Response.json({ code: 'WORKFLOW_NO' }, { status: 409 })
  })
  const response = await handle(change({ 'x-orrery-caller': 'root', 'x-orrery-user': 'u1' }))
  expect(await response.json()).toEqual({ code: 'WORKFLOW_NO' }) // the answer can still be read
  expect(await entries.search({ limit: 5 })).toMatchObject([
    { actor: 'user', actorId: 'u1', appId: 'made', status: 409, code: 'WORKFLOW_NO' },
  ])
})

test('without a database nothing is changed, and the caller is told', async () => {
  const away = connectPostgres('postgres://nobody@127.0.0.1:1/nowhere', 1, { waitMsMax: 100 })
  let handled = 0
  const handle = auditChanges(options(away.database), () => {
    handled += 1
    return new Response('')
  })
  const response = await handle(change())
  expect(response.status).toBe(503)
  expect(await response.json()).toMatchObject({ code: 'AUDIT_UNWRITTEN' })
  expect(handled).toBe(0)
  expect((await handle(new Request('http://worker/api/flows'))).status).toBe(200) // reads go on
  await away.close()
}, 120_000)

test('what came of a call is written once, and old entries go when their time is over', async () => {
  await using postgres = await temporaryDatabase()
  const entries = createAuditRepository(postgres.database)
  const handle = auditChanges(options(postgres.database), () => new Response(null, { status: 204 }))
  await handle(change())
  await handle(change())
  const [second, first] = await entries.search({ limit: 5 })
  await entries.finish(first?.id ?? 0, { status: 500, code: 'CHANGED_LATER' })
  expect(await entries.search({ limit: 5 })).toMatchObject([{ status: 204 }, { status: 204, code: '' }])
  await postgres.client`update audit_entries set at = now() - interval '31 days' where id = ${first?.id ?? 0}`
  expect(await entries.removeOld(30)).toBe(1)
  expect((await entries.search({ limit: 5 })).map(({ id }) => id)).toEqual([second?.id ?? 0])
})
