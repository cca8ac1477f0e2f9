import { Elysia, t } from 'elysia'
import { BaseExistsError, BaseNotFoundError } from '../errors.ts'
import { DEFAULT_SPLITTING } from '../splitting/split-settings.ts'
import type { BaseRepository } from './base-repository.ts'
import {
  Base,
  BaseId,
  BasePage,
  ChangeBase,
  CreateBase,
  PageQuery,
  toBase,
  toPage,
  toSplitting,
} from './base-schemas.ts'
import { scopeOf } from './caller-scope.ts'

const WithBaseId = t.Object({ baseId: BaseId })

export const baseRoutes = ({ bases }: { bases: BaseRepository }) =>
  new Elysia({ prefix: '/api/bases', tags: ['knowledge'] })
    .get(
      '',
      async ({ query, request }) => {
        const page = toPage(await bases.list(scopeOf(request.headers), query), query.limit)
        return { bases: page.rows.map(toBase), nextBeforeId: page.nextBeforeId }
      },
      { query: PageQuery, response: { 200: BasePage }, detail: { summary: 'List knowledge bases' } },
    )
    .post(
      '',
      async ({ body, request, status }) => {
        const id = body.id ?? Bun.randomUUIDv7()
        const row = await bases.insert({
          id,
          appId: scopeOf(request.headers) ?? '',
          name: body.name,
          description: body.description ?? '',
          splitting: toSplitting(body.splitting, DEFAULT_SPLITTING),
        })
        if (!row) throw new BaseExistsError(id)
        return status(201, toBase(row))
      },
      { body: CreateBase, response: { 201: Base }, detail: { summary: 'Create a knowledge base' } },
    )
    .get(
      '/:baseId',
      async ({ params, request }) => {
        const row = await bases.find(scopeOf(request.headers), params.baseId)
        if (!row) throw new BaseNotFoundError(params.baseId)
        return toBase(row)
      },
      { params: WithBaseId, response: { 200: Base }, detail: { summary: 'Show a knowledge base' } },
    )
    .patch(
      '/:baseId',
      async ({ params, body, request }) => {
        const appId = scopeOf(request.headers)
        const known = await bases.find(appId, params.baseId)
        const row =
          known &&
          (await bases.change(appId, params.baseId, {
            ...(body.name === undefined ? {} : { name: body.name }),
            ...(body.description === undefined ? {} : { description: body.description }),
            ...(body.splitting === undefined ? {} : { splitting: toSplitting(body.splitting, known.splitting) }),
          }))
        if (!row) throw new BaseNotFoundError(params.baseId)
        return toBase(row)
      },
      { params: WithBaseId, body: ChangeBase, response: { 200: Base }, detail: { summary: 'Change a knowledge base' } },
    )
    .delete(
      '/:baseId',
      async ({ params, request, status }) => {
        if (!(await bases.delete(scopeOf(request.headers), params.baseId))) throw new BaseNotFoundError(params.baseId)
        return status(204, undefined)
      },
      {
        params: WithBaseId,
        response: { 204: t.Undefined() },
        detail: { summary: 'Delete a knowledge base with its documents' },
      },
    )
