import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { ChatDelta } from '#shared/models/chat-model.ts'
import type { ModelRepository } from '#shared/models/model-repository.ts'
import { RUN_ID_HEADER } from '../chat/answer-turn.ts'
import { type CompletionIdentity, toCompletion } from './completion-chunks.ts'
import { AGENT_PREFIX, type OpenAnswerDependencies, openAnswer } from './open-answer.ts'
import { openAiErrorPlugin } from './openai-error-plugin.ts'
import { Completion, CompletionBody, ModelListAnswer } from './openai-schemas.ts'
import { streamAnswer } from './stream-answer.ts'

export interface OpenAiRoutesDependencies extends OpenAnswerDependencies {
  models: Pick<ModelRepository, 'list'>
}

/** Agents listed beside the models. */
const AGENTS_LISTED_MAX = 1_000

/** What OpenAI's clients call (https://platform.openai.com/docs/api-reference): saved models and agents by name. */
export const openAiRoutes = (dependencies: OpenAiRoutesDependencies) =>
  new Elysia({ prefix: '/v1', tags: ['OpenAI-compatible'] })
    .use(openAiErrorPlugin(dependencies.logger))
    .get(
      '/models',
      async ({ request }) => {
        const caller = readCaller(request.headers)
        const models = (await dependencies.models.list()).filter(({ enabled }) => enabled)
        const bots = await dependencies.bots.list(caller.role === 'root' ? caller.appId : (caller.appId ?? ''), {
          limit: AGENTS_LISTED_MAX,
        })
        const data = [
          ...models.map(({ name, createdAt }) => toListed(name, 'orrery', createdAt)),
          ...bots.map(({ config, createdAt }) => toListed(`${AGENT_PREFIX}${config.bot_id}`, config.app_id, createdAt)),
        ]
        return { object: 'list' as const, data }
      },
      { response: { 200: ModelListAnswer }, detail: { summary: 'List models and agents' } },
    )
    .post(
      '/chat/completions',
      async ({ body, request }) => {
        const answer = await openAnswer(dependencies, readCaller(request.headers), body)
        const identity: CompletionIdentity = {
          id: `chatcmpl-${answer.runId ?? Bun.randomUUIDv7().replaceAll('-', '')}`,
          created: Math.floor(Date.now() / 1000),
          model: body.model,
        }
        if (body.stream) {
          return streamAnswer(answer, { identity, includeUsage: body.stream_options?.include_usage === true })
        }
        const deltas: ChatDelta[] = []
        for await (const delta of answer.deltas(request.signal)) deltas.push(delta)
        const headers = answer.runId === undefined ? {} : { [RUN_ID_HEADER]: answer.runId }
        return Response.json(toCompletion(identity, deltas), { headers })
      },
      {
        body: CompletionBody,
        detail: {
          summary: 'Chat with a model or an agent',
          responses: {
            200: { description: 'The answer', content: { 'application/json': { schema: Completion as object } } },
          },
        },
      },
    )

const toListed = (id: string, owner: string, createdAt: Date) => ({
  id,
  object: 'model' as const,
  created: Math.floor(createdAt.getTime() / 1000),
  owned_by: owner,
})
