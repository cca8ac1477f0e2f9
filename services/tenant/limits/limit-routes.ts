import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { CallLimits, LimitSubject } from '#shared/permissions/call-limits.ts'
import { AppParams } from '../apps/app-schemas.ts'
import { requireManager, requireReadable, requireRoot } from '../apps/caller-rights.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { AppNotFoundError, KeyNotFoundError } from '../errors.ts'
import { KeyParams } from '../keys/key-schemas.ts'
import { assertUseful, hasLimits, LimitsAnswer, LimitsBody, toLimits } from './limit-schemas.ts'
import { readUse } from './reserve-quota.ts'

/** How much an app and its keys may call. An app reads its own limits; those of the whole app are the administrator's to set. */
export const limitRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api/apps/:appId', tags: ['apps'] })
    .get(
      '/limits',
      async ({ params: { appId }, request }) => {
        requireReadable(readCaller(request.headers), appId)
        return show(dependencies, { appId, apiKey: '' })
      },
      { params: AppParams, response: { 200: LimitsAnswer }, detail: { summary: 'Limits of an app, and their use' } },
    )
    .put(
      '/limits',
      async ({ params: { appId }, body, request }) => {
        requireRoot(readCaller(request.headers))
        return save(dependencies, { appId, apiKey: '' }, toLimits(body))
      },
      {
        params: AppParams,
        body: LimitsBody,
        response: { 200: LimitsAnswer },
        detail: { summary: 'Set the limits of an app; what is left out is unlimited' },
      },
    )
    .get(
      '/keys/:apiKey/limits',
      async ({ params, request }) => {
        requireReadable(readCaller(request.headers), params.appId)
        return show(dependencies, params)
      },
      { params: KeyParams, response: { 200: LimitsAnswer }, detail: { summary: 'Limits of a key, and their use' } },
    )
    .put(
      '/keys/:apiKey/limits',
      async ({ params, body, request }) => {
        requireManager(readCaller(request.headers), params.appId)
        return save(dependencies, params, toLimits(body))
      },
      {
        params: KeyParams,
        body: LimitsBody,
        response: { 200: LimitsAnswer },
        detail: { summary: 'Set the limits of a key; what is left out is unlimited' },
      },
    )

/** @throws AppNotFoundError, KeyNotFoundError */
const assertThere = async ({ apps, keys }: TenantDependencies, { appId, apiKey }: LimitSubject): Promise<void> => {
  if (!(await apps.find(appId))) throw new AppNotFoundError(appId)
  if (apiKey !== '' && !(await keys.find(appId, apiKey))) throw new KeyNotFoundError(appId, apiKey)
}

const show = async (dependencies: TenantDependencies, subject: LimitSubject) => {
  await assertThere(dependencies, subject)
  const limits = toLimits(await dependencies.limits.find(subject.appId, subject.apiKey))
  const { periods, requests, tokens } = await readUse(dependencies, subject)
  const of = (period: 'day' | 'month', resetsAtMs: number) => ({
    requests: requests[period],
    tokens: tokens[period],
    resetsAt: new Date(resetsAtMs).toISOString(),
  })
  return { limits, used: { today: of('day', periods.dayEndsMs), thisMonth: of('month', periods.monthEndsMs) } }
}

const save = async (dependencies: TenantDependencies, subject: LimitSubject, limits: CallLimits) => {
  assertUseful(limits, subject.apiKey === '')
  await assertThere(dependencies, subject)
  if (hasLimits(limits)) await dependencies.limits.save({ ...subject, ...limits })
  else await dependencies.limits.remove(subject.appId, subject.apiKey)
  return show(dependencies, subject)
}
