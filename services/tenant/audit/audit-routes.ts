import { Elysia, t } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { requireInSpace } from '../members/space-rights.ts'
import { AdministratorRequiredError } from '../people-errors.ts'
import { AuditPage, AuditQuery, Refusal, toAuditEntry } from './audit-schemas.ts'

/** Beyond that many apps of one space, the oldest are found by their id alone. */
const APPS_MAX = 10_000

/** `/api/audit`: who changed what. There is no route by which an entry changes or goes. */
export const auditRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api/audit', tags: ['audit'] }).get(
    '',
    async ({ query, request }) => {
      const caller = readCaller(request.headers)
      const { spaceId, since, until, limit, ...filters } = query
      if (spaceId === undefined && caller.role !== 'root') throw new AdministratorRequiredError()
      if (spaceId !== undefined) await requireInSpace(dependencies, caller, { spaceId, action: 'audit:read' })
      const rows = await dependencies.audit.search({
        ...filters,
        since: since === undefined ? undefined : new Date(since),
        until: until === undefined ? undefined : new Date(until),
        within:
          spaceId === undefined
            ? undefined
            : { spaceId, appIds: await dependencies.spaces.appIdsOf(spaceId, APPS_MAX) },
        limit: limit + 1,
      })
      const page = rows.slice(0, limit)
      return { entries: page.map(toAuditEntry), nextBeforeId: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
    },
    {
      query: AuditQuery,
      response: { 200: AuditPage },
      detail: {
        summary: 'Who changed what, newest first: all of it for administrators, of their space for its admins',
      },
    },
  )

/** What the gateway refused before any service saw it. Reached over unix sockets alone, so it is in no public document. */
export const refusalRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/internal/tenant/audit' }).post(
    '/refusals',
    async ({ body }) => {
      const { status, code, ...entry } = body
      const id = await dependencies.audit.begin(entry)
      await dependencies.audit.finish(id, { status, code })
      return { id }
    },
    { body: Refusal, response: { 200: t.Object({ id: t.Integer() }) }, detail: { hide: true } },
  )
