import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { unknownModel } from '#shared/models/model-error.ts'
import { RUN_ID_HEADER } from '../chat/answer-turn.ts'
import type { AnswerDelta } from './answer-delta.ts'
import { type CompletionIdentity, toCompletion } from './completion-chunks.ts'
import { type ListModelsDependencies, listModels } from './list-models.ts'
import { type OpenAnswerDependencies, openAnswer } from './open-answer.ts'
import { openAiErrorPlugin } from './openai-error-plugin.ts'
import { Completion, CompletionBody, ListedModel, ModelListAnswer, ModelParams } from './openai-schemas.ts'
import { streamAnswer } from './stream-answer.ts'

export type OpenAiRoutesDependencies = OpenAnswerDependencies & ListModelsDependencies

/** What OpenAI's clients call (https://platform.openai.com/docs/api-reference): saved models, agents and published flows by name. */
export const openAiRoutes = (dependencies: OpenAiRoutesDependencies) =>
  new Elysia({ prefix: '/v1', tags: ['OpenAI-compatible'] })
    .use(openAiErrorPlugin(dependencies.logger))
    .get(
      '/models',
      async ({ request }) => ({
        object: 'list' as const,
        data: await listModels(dependencies, readCaller(request.headers), request.signal),
      }),
      { response: { 200: ModelListAnswer }, detail: { summary: 'List models, agents and flows' } },
    )
    .get(
      '/models/:model',
      async ({ params, request }) => {
        const listed = await listModels(dependencies, readCaller(request.headers), request.signal)
        const found = listed.find(({ id }) => id === params.model)
        if (!found) throw unknownModel(params.model)
        return found
      },
      { params: ModelParams, response: { 200: ListedModel }, detail: { summary: 'One model, agent or flow' } },
    )
    .post(
      '/chat/completions',
      async ({ body, request }) => {
        const answer = await openAnswer(dependencies, readCaller(request.headers), body, request.signal)
        const identity: CompletionIdentity = {
          id: `chatcmpl-${answer.runId ?? Bun.randomUUIDv7().replaceAll('-', '')}`,
          created: Math.floor(Date.now() / 1000),
          model: body.model,
        }
        if (body.stream) {
          return streamAnswer(answer, { identity, includeUsage: body.stream_options?.include_usage === true })
        }
        const deltas: AnswerDelta[] = []
        for await (const delta of answer.deltas(request.signal)) deltas.push(delta)
        const headers = answer.runId === undefined ? {} : { [RUN_ID_HEADER]: answer.runId }
        return Response.json(toCompletion(identity, deltas), { headers })
      },
      {
        body: CompletionBody,
        detail: {
          summary: 'Chat with a model, an agent or a flow',
          responses: {
            200: { description: 'The answer', content: { 'application/json': { schema: Completion as object } } },
          },
        },
      },
    )
