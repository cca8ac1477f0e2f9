import { Elysia } from 'elysia'
import type { LinkDependencies } from '../dependencies.ts'
import { CredentialNameTakenError, CredentialNotFoundError } from '../errors.ts'
import type { ToolCredentialRow } from '../tables.ts'
import { ownerOf, readAccess } from '../tools/tool-access.ts'
import { bindCredential } from './bind-credential.ts'
import { checkClientCertificate } from './client-certificate.ts'
import {
  BindCredential,
  BindingParams,
  ChangeCredential,
  CreateCredential,
  Credential,
  CredentialPage,
  CredentialParams,
  CredentialQuery,
  toCredential,
} from './credential-schemas.ts'
import type { Secret } from './secret.ts'

const deleted = { responses: { 204: { description: 'Deleted' } } }

/** `/api/credentials`: named secrets, and the tools that they are for. Their values go in and never come out. */
export const credentialRoutes = (dependencies: LinkDependencies) => {
  const { credentials, secrets } = dependencies

  const find = async (request: Request, credentialId: string): Promise<ToolCredentialRow> => {
    const row = await credentials.find(readAccess(request.headers).appId, credentialId)
    if (!row) throw new CredentialNotFoundError(credentialId)
    return row
  }
  const show = async (request: Request, credentialId: string) => {
    const row = await find(request, credentialId)
    return toCredential(row, await credentials.listBindings([credentialId]))
  }
  const seal = (secret: Secret) => ({
    kind: secret.kind,
    sealed: secrets.encrypt(JSON.stringify(secret)),
    expiresAt: secret.kind === 'client-certificate' ? checkClientCertificate(secret, Date.now()) : null,
  })

  return new Elysia({ prefix: '/api/credentials', tags: ['tools'] })
    .post(
      '',
      async ({ body, request, status }) => {
        const credentialId = crypto.randomUUID()
        const ownerAppId = ownerOf(readAccess(request.headers))
        const isNew = await credentials.insert({ credentialId, ownerAppId, name: body.name, ...seal(body.secret) })
        if (!isNew) throw new CredentialNameTakenError(body.name)
        return status(201, await show(request, credentialId))
      },
      { body: CreateCredential, response: { 201: Credential }, detail: { summary: 'Store a credential' } },
    )
    .get(
      '',
      async ({ query, request }) => {
        const { appId } = readAccess(request.headers)
        const rows = await credentials.list(appId, { beforeId: query.beforeId, limit: query.limit + 1 })
        const page = rows.slice(0, query.limit)
        const bindings = await credentials.listBindings(page.map(({ credentialId }) => credentialId))
        return {
          credentials: page.map((row) => toCredential(row, bindings)),
          nextBeforeId: rows.length > query.limit ? (page.at(-1)?.credentialId ?? null) : null,
        }
      },
      {
        query: CredentialQuery,
        response: { 200: CredentialPage },
        detail: { summary: 'List credentials, newest first' },
      },
    )
    .get('/:credentialId', ({ params, request }) => show(request, params.credentialId), {
      params: CredentialParams,
      response: { 200: Credential },
      detail: { summary: 'One credential, without its values' },
    })
    .patch(
      '/:credentialId',
      async ({ params, body, request }) => {
        await find(request, params.credentialId)
        const isFree = await credentials.update(params.credentialId, {
          ...(body.name === undefined ? {} : { name: body.name }),
          ...(body.secret === undefined ? {} : seal(body.secret)),
        })
        if (!isFree) throw new CredentialNameTakenError(body.name ?? '')
        return show(request, params.credentialId)
      },
      {
        params: CredentialParams,
        body: ChangeCredential,
        response: { 200: Credential },
        detail: { summary: 'Rename a credential, or put other values into it' },
      },
    )
    .delete(
      '/:credentialId',
      async ({ params, request, set }) => {
        await find(request, params.credentialId)
        await credentials.delete(params.credentialId)
        set.status = 204
      },
      { params: CredentialParams, detail: { summary: 'Delete a credential with its bindings', ...deleted } },
    )
    .put(
      '/:credentialId/bindings',
      async ({ params, body, request }) => {
        await bindCredential(dependencies, await find(request, params.credentialId), body)
        return show(request, params.credentialId)
      },
      {
        params: CredentialParams,
        body: BindCredential,
        response: { 200: Credential },
        detail: { summary: 'Use a credential for a security scheme of a tool' },
      },
    )
    .delete(
      '/:credentialId/bindings/:toolId/:scheme',
      async ({ params, request, set }) => {
        await find(request, params.credentialId)
        if (!(await credentials.unbind(params))) throw new CredentialNotFoundError(params.credentialId)
        set.status = 204
      },
      { params: BindingParams, detail: { summary: 'No longer use a credential for a tool', ...deleted } },
    )
}
