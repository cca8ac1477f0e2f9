import { CredentialKindError } from '../errors.ts'
import { type Json, textOf } from '../openapi/json-values.ts'
import type { ToolRequest } from '../requests/call-values.ts'
import { setHeader } from '../requests/header-rules.ts'
import { encodeText } from '../requests/serialise-value.ts'
import type { ClientCertificate } from './client-certificate.ts'
import type { Secret } from './secret.ts'

/** A security scheme of a document with its name there. */
export interface NamedScheme {
  readonly name: string
  readonly scheme: Json
}

/** Gets an access token for an `oauth2` secret. */
export type GetToken = (secret: Extract<Secret, { kind: 'oauth2' }>) => Promise<string>

/**
 * Puts a secret into a request, or into its TLS handshake, where its scheme wants it (OpenAPI 3.1, section 4.8.27).
 * @returns lower-case names of the headers that hold it now
 * @throws CredentialKindError when scheme and secret do not go together, and what `getToken` throws
 */
export const applySecret = async (
  request: ToolRequest,
  { name, scheme }: NamedScheme,
  { secret, getToken }: { secret: Secret; getToken: GetToken },
): Promise<string[]> => {
  const type = textOf(scheme.type)
  if (type === 'apiKey' && secret.kind === 'apiKey') return applyKey(request, { name, scheme }, secret.value)
  if (type === 'http') return applyHttp(request, { name, scheme }, secret)
  if (type === 'oauth2' || type === 'openIdConnect') {
    if (secret.kind === 'oauth2') return authorise(request, `Bearer ${await getToken(secret)}`)
    if (secret.kind === 'bearer') return authorise(request, `Bearer ${secret.token}`)
  }
  if (type === 'mutualTLS' && secret.kind === 'client-certificate') return applyCertificate(request, name, secret)
  throw new CredentialKindError(name, `a scheme of type ${type || 'unknown'} takes none of kind ${secret.kind}`)
}

const applyCertificate = (request: ToolRequest, name: string, secret: ClientCertificate): string[] => {
  if (request.url.protocol !== 'https:') {
    throw new CredentialKindError(
      name,
      `${request.url.origin} is not spoken to by TLS, so that no certificate is shown`,
    )
  }
  if (request.tls) throw new CredentialKindError(name, 'another client certificate is shown already')
  const { certificate, key, ca } = secret
  request.tls = { cert: certificate, key, ...(ca === undefined ? {} : { ca }) }
  return []
}

const applyHttp = (request: ToolRequest, { name, scheme }: NamedScheme, secret: Secret): string[] => {
  const kind = textOf(scheme.scheme).toLowerCase()
  if (kind === 'basic' && secret.kind === 'basic') {
    const pair = Buffer.from(`${secret.username}:${secret.password}`).toString('base64')
    return authorise(request, `Basic ${pair}`)
  }
  if (kind === 'bearer' && secret.kind === 'bearer') return authorise(request, `Bearer ${secret.token}`)
  if (secret.kind === 'apiKey' && kind !== 'basic')
    return authorise(request, `${textOf(scheme.scheme)} ${secret.value}`)
  throw new CredentialKindError(name, `HTTP ${kind || 'authentication'} takes none of kind ${secret.kind}`)
}

const authorise = (request: ToolRequest, value: string): string[] => {
  setHeader(request.headers, 'Authorization', value)
  return ['authorization']
}

const applyKey = (request: ToolRequest, { name, scheme }: NamedScheme, value: string): string[] => {
  const field = textOf(scheme.name)
  if (field === '') throw new CredentialKindError(name, 'its scheme does not name a field')
  if (scheme.in === 'query') {
    withQuery(request.url, [[field, value]])
    return []
  }
  if (scheme.in === 'cookie') {
    const before = request.headers.get('cookie')
    const pair = `${encodeText(field)}=${encodeText(value)}`
    request.headers.set('cookie', before === null ? pair : `${before}; ${pair}`)
    return ['cookie']
  }
  setHeader(request.headers, field, value)
  return [field.toLowerCase()]
}

/** Adds to a query, in place of what is there under these names; the rest keeps its encoding. */
export const withQuery = (url: URL, pairs: readonly (readonly [string, string])[]): void => {
  const names = new Set(pairs.map(([name]) => encodeText(name)))
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !names.has(pair.split('=')[0] ?? ''))
  url.search = [...kept, ...pairs.map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`)].join('&')
}

/** True when the caller has given by itself what the scheme asks for. */
export const isGivenBy = (request: ToolRequest, scheme: Json): boolean => {
  const field = textOf(scheme.name)
  if (scheme.type === 'mutualTLS') return false
  if (scheme.type !== 'apiKey') return request.headers.has('authorization')
  if (scheme.in === 'query') return request.url.searchParams.has(field)
  if (scheme.in === 'header') return field !== '' && request.headers.has(field)
  return (request.headers.get('cookie') ?? '').split('; ').some((pair) => pair.startsWith(`${encodeText(field)}=`))
}
