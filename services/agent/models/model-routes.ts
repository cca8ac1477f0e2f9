import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { ModelNotFoundError, RootOnlyError } from '../errors.ts'
import { ChangeModelBody, Model, ModelList, ModelName, ModelTest, NewModelBody, toModel } from './model-schemas.ts'
import { addModel, changeModel, removeModel, type SaveModelDependencies } from './save-model.ts'
import { testModel } from './test-model.ts'

/** `/api/models`: language models by name. Root only, since a model is an address that may be inside the network, and a key. */
export const modelRoutes = (dependencies: SaveModelDependencies) =>
  new Elysia({ prefix: '/api/models', tags: ['models'] })
    .onBeforeHandle(({ request }) => {
      if (readCaller(request.headers).role !== 'root') throw new RootOnlyError()
    })
    .get('', async () => ({ models: (await dependencies.models.list()).map(toModel) }), {
      response: { 200: ModelList },
      detail: { summary: 'List models' },
    })
    .post(
      '',
      async ({ body, status }) => {
        const { provider = 'openai', ...input } = body
        return status(201, toModel(await addModel(dependencies, { ...input, provider })))
      },
      { body: NewModelBody, response: { 201: Model }, detail: { summary: 'Add a model' } },
    )
    .get(
      '/:name',
      async ({ params }) => {
        const row = await dependencies.models.find(params.name)
        if (!row) throw new ModelNotFoundError(params.name)
        return toModel(row)
      },
      { params: ModelName, response: { 200: Model }, detail: { summary: 'One model' } },
    )
    .put('/:name', async ({ params, body }) => toModel(await changeModel(dependencies, params.name, body)), {
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
      { params: ModelName, detail: { summary: 'Delete a model', responses: { 204: { description: 'Deleted' } } } },
    )
    .post('/:name/test', ({ params, request }) => testModel(dependencies.directory, params.name, request.signal), {
      params: ModelName,
      response: { 200: ModelTest },
      detail: { summary: 'Ask a model one short question' },
    })
