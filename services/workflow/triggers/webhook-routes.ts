import { Elysia } from 'elysia'
import { mayUse, readCaller } from '#shared/http/caller.ts'
import { resolveRelease } from '../flows/resolve-flow.ts'
import { requireAppOf } from '../runs/require-app.ts'
import type { WebhookRow } from '../tables.ts'
import { WebhookNotFoundError } from './errors.ts'
import type { ReceiveHookDependencies } from './receive-hook.ts'
import { TriggerParams, TriggerQuery } from './schedule-schemas.ts'
import { CreatedWebhook, CreateWebhook, Webhook, WebhookPage } from './webhook-schemas.ts'
import { newWebhookToken, webhookTokenHash } from './webhook-token.ts'

export interface WebhookRoutesDependencies extends ReceiveHookDependencies {
  nextId(): string
}

/** Management of addresses at which others start runs. */
export const webhookRoutes = (dependencies: WebhookRoutesDependencies) =>
  new Elysia({ prefix: '/api/webhooks', normalize: false, tags: ['triggers'] })
    .get(
      '',
      async ({ query, request }) => {
        const { appId } = readCaller(request.headers)
        const rows = await dependencies.webhooks.list({ appId, beforeId: query.beforeId, limit: query.limit })
        const oldest = rows.length === query.limit ? rows.at(-1) : undefined
        return { webhooks: rows.map(toWebhook), nextBeforeId: oldest?.id ?? null }
      },
      { query: TriggerQuery, response: WebhookPage, detail: { summary: 'List webhooks, newest first' } },
    )
    .get('/:id', async ({ params, request }) => toWebhook(await findOwn(dependencies, request, params.id)), {
      params: TriggerParams,
      response: Webhook,
      detail: { summary: 'Read a webhook; its address and its secret are not told again' },
    })
    .post(
      '',
      async ({ body, request, status }) => {
        const appId = requireAppOf(readCaller(request.headers))
        return status(201, await createWebhook(dependencies, appId, body))
      },
      {
        parse: 'json',
        body: CreateWebhook,
        response: { 201: CreatedWebhook },
        detail: { summary: 'Let others start runs of a published flow' },
      },
    )
    .delete(
      '/:id',
      async ({ params, request }) => {
        const row = await findOwn(dependencies, request, params.id)
        await dependencies.webhooks.remove(row.id)
        return new Response(null, { status: 204 })
      },
      { params: TriggerParams, detail: { summary: 'Delete a webhook: its address is gone at once' } },
    )

const createWebhook = async (dependencies: WebhookRoutesDependencies, appId: string, wanted: CreateWebhook) => {
  const { signed, parameters, ...columns } = wanted
  await resolveRelease(dependencies.stores, { appId, flowId: wanted.flowId, version: wanted.version })
  const token = newWebhookToken()
  const secret = signed ? newWebhookToken() : undefined
  const row = await dependencies.webhooks.insert({
    ...columns,
    id: dependencies.nextId(),
    appId,
    parameters: JSON.stringify(parameters),
    tokenHash: webhookTokenHash(token),
    secret: secret === undefined ? null : dependencies.secrets.encrypt(secret),
    enabled: true,
  })
  return { ...toWebhook(row), path: `/api/hooks/${token}`, secret: secret ?? null }
}

const findOwn = async (dependencies: WebhookRoutesDependencies, request: Request, id: string): Promise<WebhookRow> => {
  const row = await dependencies.webhooks.find(id)
  if (!row || !mayUse(readCaller(request.headers), row.appId)) throw new WebhookNotFoundError()
  return row
}

const toWebhook = (row: WebhookRow) => ({
  id: row.id,
  appId: row.appId,
  name: row.name,
  flowId: row.flowId,
  version: row.version,
  bodyParameter: row.bodyParameter,
  parameters: JSON.parse(row.parameters) as Record<string, unknown>,
  callsPerMinuteMax: row.callsPerMinuteMax,
  signed: row.secret !== null,
  createdAt: row.createdAt.toISOString(),
})
