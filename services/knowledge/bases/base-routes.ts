import { Elysia, t } from 'elysia'
import { showVectors } from '../embeddings/show-vectors.ts'
import { BaseNotFoundError } from '../errors.ts'
import type { BaseRow } from '../tables.ts'
import { Base, BaseId, BasePage, ChangeBase, CreateBase, PageQuery, toBase, toPage } from './base-schemas.ts'
import { scopeOf } from './caller-scope.ts'
import { type ChangeBaseDependencies, changeBase } from './change-base.ts'
import { createBase } from './create-base.ts'

const WithBaseId = t.Object({ baseId: BaseId })

export const baseRoutes = (dependencies: ChangeBaseDependencies) => {
  const { bases, database } = dependencies
  const show = async (row: BaseRow): Promise<Base> => toBase(row, (await showVectors(database, [row]))(row))
  return new Elysia({ prefix: '/api/bases', tags: ['knowledge'] })
    .get(
      '',
      async ({ query, request }) => {
        const page = toPage(await bases.list(scopeOf(request.headers), query), query.limit)
        const vectorsOf = await showVectors(database, page.rows)
        return { bases: page.rows.map((row) => toBase(row, vectorsOf(row))), nextBeforeId: page.nextBeforeId }
      },
      { query: PageQuery, response: { 200: BasePage }, detail: { summary: 'List knowledge bases' } },
    )
    .post(
      '',
      async ({ body, request, status }) => {
        const row = await createBase(dependencies, { appId: scopeOf(request.headers), settings: body })
        return status(201, await show(row))
      },
      { body: CreateBase, response: { 201: Base }, detail: { summary: 'Create a knowledge base' } },
    )
    .get(
      '/:baseId',
      async ({ params, request }) => {
        const row = await bases.find(scopeOf(request.headers), params.baseId)
        if (!row) throw new BaseNotFoundError(params.baseId)
        return show(row)
      },
      { params: WithBaseId, response: { 200: Base }, detail: { summary: 'Show a knowledge base' } },
    )
    .patch(
      '/:baseId',
      async ({ params, body, request }) => {
        const call = { appId: scopeOf(request.headers), baseId: params.baseId, change: body }
        return show(await changeBase(dependencies, call))
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
}
