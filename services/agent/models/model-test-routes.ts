import { Elysia } from 'elysia'
import { problemResponse, toProblem } from '#shared/errors/problem.ts'
import { readCaller } from '#shared/http/caller.ts'
import { traceIdOf } from '#shared/http/trace-id.ts'
import { modelUrl } from '#shared/models/kinds-of-provider.ts'
import { ModelError } from '#shared/models/model-error.ts'
import { ModelNotFoundError, RootOnlyError } from '../errors.ts'
import { ModelName, TryModelBody } from './model-schemas.ts'
import type { SaveModelDependencies } from './save-model.ts'
import { testModel } from './test-model.ts'
import { ModelTest } from './test-schemas.ts'

const detail = (summary: string) => ({
  summary,
  description:
    'A failure is a problem document with two more members: `providerStatus`, the HTTP status of the provider, and `providerMessage`, its own words without keys.',
  responses: { 200: { description: 'It answered', content: { 'application/json': { schema: ModelTest as object } } } },
})

/** Trying a model, saved or not. A failure tells the provider's own status and words. */
export const modelTestRoutes = (dependencies: SaveModelDependencies) =>
  new Elysia({ prefix: '/api/models', tags: ['models'] })
    .onBeforeHandle(({ request }) => {
      if (readCaller(request.headers).role !== 'root') throw new RootOnlyError()
    })
    .post(
      '/test',
      async ({ body, request }) => answer(request, async () => tryModel(dependencies, body, request.signal)),
      {
        body: TryModelBody,
        detail: detail('Ask a model that is not saved one short question'),
      },
    )
    .post(
      '/:name/test',
      async ({ params, request }) => {
        const row = await dependencies.models.find(params.name)
        if (!row) throw new ModelNotFoundError(params.name)
        return answer(request, () => testModel(dependencies.directory.bare, row, request.signal))
      },
      { params: ModelName, detail: detail('Ask a model one short question; a disabled one too') },
    )

const tryModel = async (dependencies: SaveModelDependencies, body: TryModelBody, signal: AbortSignal) => {
  const known = body.name === undefined ? undefined : await dependencies.models.find(body.name)
  const name = body.name ?? 'test'
  const row = {
    name,
    provider: body.provider ?? known?.provider ?? 'openai',
    kind: body.kind ?? known?.kind ?? 'chat',
    url: body.url ?? known?.url ?? '',
    modelId: body.modelId ?? known?.modelId ?? name,
    apiKeyEncrypted: body.apiKey === undefined ? (known?.apiKeyEncrypted ?? '') : sealed(dependencies, body.apiKey),
    parameters: body.parameters ?? known?.parameters ?? {},
  }
  modelUrl(row)
  return testModel(dependencies.directory.bare, row, signal)
}

const sealed = ({ secrets }: SaveModelDependencies, apiKey: string): string =>
  apiKey === '' ? '' : secrets.encrypt(apiKey)

/** Not by the error plugin, since its documents have no place for the provider's words. */
const answer = async (request: Request, test: () => Promise<object>): Promise<Response> => {
  try {
    return Response.json(await test())
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    const traceId = traceIdOf(request.headers)
    const { providerStatus, providerMessage } = error
    const said = {
      ...(providerStatus === undefined ? {} : { providerStatus }),
      ...(providerMessage === undefined ? {} : { providerMessage }),
    }
    return problemResponse({ ...toProblem(error, traceId), ...said })
  }
}
