import { Elysia } from 'elysia'
import type { LinkDependencies } from '../dependencies.ts'
import { ToolNotFoundError } from '../errors.ts'
import { readOperations } from '../openapi/read-operations.ts'
import {
  OperationPage,
  OperationParams,
  OperationQuery,
  RunAnswer,
  RunOperation,
  toOperation,
} from './operation-schemas.ts'
import { findRunnable, runOperation } from './run-operation.ts'
import { readAccess } from './tool-access.ts'
import { ToolParams } from './tool-schemas.ts'

/** `/api/tools/{toolId}/operations`: what a tool can do, and doing it. */
export const operationRoutes = (dependencies: LinkDependencies) =>
  new Elysia({ prefix: '/api/tools/:toolId/operations', tags: ['tools'] })
    .get(
      '',
      async ({ params, query, request }) => {
        const { toolId } = params
        const found = await dependencies.tools.findVersion(readAccess(request.headers), toolId, query.version)
        if (!found) throw new ToolNotFoundError(toolId, query.version)
        const document = dependencies.loadDocument(found.version)
        const { operations } = readOperations(document, found.tool.serverChoices)
        const start = query.after === undefined ? 0 : operations.findIndex((one) => one.operationId === query.after) + 1
        const page = operations.slice(start, start + query.limit)
        const isLast = start + query.limit >= operations.length
        return {
          version: found.version.version,
          operations: page.map((operation) => toOperation(document, operation)),
          nextAfter: isLast ? null : (page.at(-1)?.operationId ?? null),
        }
      },
      {
        params: ToolParams,
        query: OperationQuery,
        response: { 200: OperationPage },
        detail: { summary: 'Operations of a tool, with the schemas of their arguments' },
      },
    )
    .post(
      '/:operationId/run',
      async ({ params, body, request }) => {
        const access = readAccess(request.headers)
        const found = await findRunnable(dependencies, access, { ...params, version: body.version })
        const { path = {}, query = {}, header = {}, cookie = {}, contentType } = body
        const values = { path, query, header, cookie, body: body.body, contentType }
        const idempotencyKey = request.headers.get('idempotency-key') ?? undefined
        const call = { values, idempotencyKey, signal: request.signal }
        const answer = await runOperation(dependencies, access, { found, call })
        return { status: answer.status, contentType: answer.contentType, answer: JSON.parse(answer.text) as unknown }
      },
      {
        params: OperationParams,
        body: RunOperation,
        response: { 200: RunAnswer },
        detail: {
          summary: 'Run an operation',
          description:
            'With an `Idempotency-Key`, a run that changes something is made once: its answer is kept for a day.',
        },
      },
    )
