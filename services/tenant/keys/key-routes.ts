import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { AppParams } from '../apps/app-schemas.ts'
import { requireManager, requireReadable } from '../apps/caller-rights.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { AppNotFoundError } from '../errors.ts'
import { addKey } from './add-key.ts'
import { changeKey } from './change-key.ts'
import {
  ChangeKeyBody,
  Key,
  KeyList,
  KeyParams,
  MakeKeyBody,
  NewKey,
  RotatedKey,
  RotateKeyBody,
  toKey,
  toTerms,
} from './key-schemas.ts'
import { revokeKey } from './revoke-key.ts'
import { rotateKey } from './rotate-key.ts'

/** A day, so that a nightly deployment can bring the new key. */
const OVERLAP_SECONDS = 86_400

/** `/api/apps/{appId}/keys`. Administrators make, change and revoke keys; an app may list the names of its own. */
export const keyRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api/apps/:appId/keys', tags: ['apps'] })
    .post(
      '',
      async ({ params, body, request, status }) => {
        requireManager(readCaller(request.headers), params.appId)
        return status(201, await addKey(dependencies, { appId: params.appId, terms: toTerms(body) }))
      },
      {
        params: AppParams,
        body: MakeKeyBody,
        response: { 201: NewKey },
        detail: { summary: 'Make a key; its secret is shown this once' },
      },
    )
    .get(
      '',
      async ({ params, request }) => {
        requireReadable(readCaller(request.headers), params.appId)
        if (!(await dependencies.apps.find(params.appId))) throw new AppNotFoundError(params.appId)
        return { keys: (await dependencies.keys.list([params.appId])).map((row) => toKey(row)) }
      },
      { params: AppParams, response: { 200: KeyList }, detail: { summary: 'Keys of an app, without secrets' } },
    )
    .patch(
      '/:apiKey',
      async ({ params, body, request }) => {
        requireManager(readCaller(request.headers), params.appId)
        return toKey(await changeKey(dependencies, params, toTerms(body)))
      },
      {
        params: KeyParams,
        body: ChangeKeyBody,
        response: { 200: Key },
        detail: { summary: 'Change what a key may do, until when, or its note' },
      },
    )
    .post(
      '/:apiKey/rotate',
      async ({ params, body, request, status }) => {
        requireManager(readCaller(request.headers), params.appId)
        const overlapSeconds = body?.overlapSeconds ?? OVERLAP_SECONDS
        const { credentials, oldExpiresAt } = await rotateKey(dependencies, { ...params, overlapSeconds })
        return status(201, { ...credentials, replaces: params.apiKey, oldExpiresAt: oldExpiresAt.toISOString() })
      },
      {
        params: KeyParams,
        body: RotateKeyBody,
        response: { 201: RotatedKey },
        detail: { summary: 'Make a key in the place of this one, which works on for a while' },
      },
    )
    .delete(
      '/:apiKey',
      async ({ params, request, set }) => {
        requireManager(readCaller(request.headers), params.appId)
        await revokeKey(dependencies, params)
        set.status = 204
      },
      { params: KeyParams, detail: { summary: 'Revoke a key', responses: { 204: { description: 'Revoked' } } } },
    )
