import { Elysia, t } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { ModelNotFoundError, RootOnlyError } from '../errors.ts'
import {
  ChangeModelBody,
  ListedModel,
  Model,
  ModelListQuery,
  ModelName,
  ModelPage,
  NewModelBody,
  toListedModel,
  toModel,
} from './model-schemas.ts'
import { addModel, changeModel, removeModel, type SaveModelDependencies } from './save-model.ts'

const isRoot = (request: Request): boolean => readCaller(request.headers).role === 'root'

const requireRoot = ({ request }: { request: Request }): void => {
  if (!isRoot(request)) throw new RootOnlyError()
}

/**
 * `/api/models`: language models by name. Changed by root and administrators only, since a model is an address that may be inside the network, and
 * a key; apps see the enabled ones, without their addresses.
 */
export const modelRoutes = (dependencies: SaveModelDependencies) =>
  new Elysia({ prefix: '/api/models', tags: ['models'] })
    .get(
      '',
      async ({ query, request }) => {
        const root = isRoot(request)
        const { after = '', limit, kind } = query
        const found = await dependencies.models.page({ after, limit: limit + 1, kind, onlyEnabled: !root })
        const rows = found.slice(0, limit)
        const nextAfter = found.length > limit ? (rows.at(-1)?.name ?? null) : null
        return { models: rows.map(root ? toModel : toListedModel), nextAfter }
      },
      { query: ModelListQuery, response: { 200: ModelPage }, detail: { summary: 'List models' } },
    )
    .post(
      '',
      async ({ body, status }) => {
        const { provider = 'openai', kind = 'chat', ...input } = body
        return status(201, toModel(await addModel(dependencies, { ...input, provider, kind })))
      },
      {
        beforeHandle: requireRoot,
        body: NewModelBody,
        response: { 201: Model },
        detail: { summary: 'Add a model' },
      },
    )
    .get(
      '/:name',
      async ({ params, request }) => {
        const root = isRoot(request)
        const row = await dependencies.models.find(params.name)
        if (!row || !(root || row.enabled)) throw new ModelNotFoundError(params.name)
        return root ? toModel(row) : toListedModel(row)
      },
      { params: ModelName, response: { 200: t.Union([Model, ListedModel]) }, detail: { summary: 'One model' } },
    )
    .put('/:name', async ({ params, body }) => toModel(await changeModel(dependencies, params.name, body)), {
      beforeHandle: requireRoot,
      params: ModelName,
      body: ChangeModelBody,
      response: { 200: Model },
      detail: { summary: 'Change a model; what is left out stays' },
    })
    .delete(
      '/:name',
      async ({ params, set }) => {
        await removeModel(dependencies, params.name)
        set.status = 204
      },
      {
        beforeHandle: requireRoot,
        params: ModelName,
        detail: { summary: 'Delete a model', responses: { 204: { description: 'Deleted' } } },
      },
    )
