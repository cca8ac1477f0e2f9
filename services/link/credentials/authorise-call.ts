import type { LinkDependencies } from '../dependencies.ts'
import {
  CredentialHostError,
  CredentialKindError,
  CredentialMissingError,
  SecuritySchemeUnknownError,
} from '../errors.ts'
import { followReference } from '../openapi/follow-reference.ts'
import { isJson, type Json, objectOf, textOf } from '../openapi/json-values.ts'
import type { ToolOperation } from '../openapi/operation.ts'
import type { ToolRequest } from '../requests/call-values.ts'
import { applySecret, isGivenBy, type NamedScheme } from './apply-secret.ts'
import { requireNotExpired } from './client-certificate.ts'
import type { BoundCredential } from './credential-repository.ts'
import type { OauthTokens, TokenRequest } from './oauth-tokens.ts'
import { openSecret } from './open-secret.ts'
import type { Secret } from './secret.ts'
import { signByHmac, signByMd5, signingModeOf } from './sign-request.ts'

export interface AuthorisedCall {
  /** Lower-case names of headers that must not leave the origin. */
  readonly credentialHeaders: ReadonlySet<string>
  /** Says that the server refused what it was given; true when another try is worth it. */
  refused(): boolean
}

/** The schemes of a document by name, references followed. */
export const schemeOf = (document: Json, name: string): NamedScheme | undefined => {
  const schemes = objectOf(objectOf(document.components).securitySchemes)
  const scheme = Object.hasOwn(schemes, name) ? followReference(document, schemes[name]) : undefined
  return isJson(scheme) ? { name, scheme } : undefined
}

/**
 * Adds the credentials that an operation asks for: of its alternatives the first for which all are bound or were given by the caller itself.
 * `bound` are the credentials of this tool for this caller.
 * @throws SecuritySchemeUnknownError, CredentialMissingError, CredentialKindError, CredentialHostError, CredentialUnreadableError, TokenRefusedError,
 * ClientCertificateExpiredError
 */
export const authoriseCall = async (
  dependencies: Pick<LinkDependencies, 'secrets' | 'tokens'>,
  request: ToolRequest,
  call: { toolId: string; document: Json; operation: ToolOperation; bound: readonly BoundCredential[]; nowMs: number },
): Promise<AuthorisedCall> => {
  const asked: TokenRequest[] = []
  const headers = new Set(sign(dependencies, request, call))
  const byScheme = new Map(call.bound.map((one) => [one.binding.scheme, one]))
  for (const scheme of chooseSchemes(request, call, byScheme)) {
    const one = byScheme.get(scheme.name)
    if (!one) continue // given by the caller itself
    requireHost(one, request.url.origin)
    requireNotExpired(one.credential.expiresAt, call.nowMs)
    const secret = openSecret(dependencies.secrets, one.credential)
    const getToken = (client: Extract<Secret, { kind: 'oauth2' }>) => {
      const wanted = tokenRequest(one, { ...scheme, operation: call.operation }, client)
      asked.push(wanted)
      return dependencies.tokens.get(wanted)
    }
    for (const name of await applySecret(request, scheme, { secret, getToken })) headers.add(name)
  }
  return { credentialHeaders: headers, refused: () => forgetAll(dependencies.tokens, asked) }
}

const forgetAll = (tokens: OauthTokens, asked: readonly TokenRequest[]): boolean => {
  for (const request of asked) tokens.forget(request)
  return asked.length > 0
}

type Call = Parameters<typeof authoriseCall>[2]

const chooseSchemes = (
  request: ToolRequest,
  { toolId, document, operation }: Call,
  bound: ReadonlyMap<string, unknown>,
): NamedScheme[] => {
  const alternatives = operation.security.map((alternative) =>
    Object.keys(alternative).map((name) => {
      const scheme = schemeOf(document, name)
      if (!scheme) throw new SecuritySchemeUnknownError(name)
      return scheme
    }),
  )
  const isThere = ({ name, scheme }: NamedScheme) => bound.has(name) || isGivenBy(request, scheme)
  const chosen =
    alternatives.find((schemes) => schemes.length > 0 && schemes.every(isThere)) ??
    (alternatives.length === 0 ? [] : alternatives.find((schemes) => schemes.length === 0))
  if (chosen) return chosen
  const missing = (alternatives[0] ?? []).filter((scheme) => !isThere(scheme))
  throw new CredentialMissingError(
    toolId,
    missing.map(({ name }) => name),
  )
}

const sign = (dependencies: Pick<LinkDependencies, 'secrets'>, request: ToolRequest, call: Call): string[] => {
  const mode = signingModeOf(call.document, request)
  if (!mode) return []
  const one = call.bound.find(({ binding }) => binding.scheme === mode)
  if (!one) throw new CredentialMissingError(call.toolId, [mode])
  requireHost(one, request.url.origin)
  const secret = openSecret(dependencies.secrets, one.credential)
  if (secret.kind !== 'signature') throw new CredentialKindError(mode, `it takes none of kind ${secret.kind}`)
  if (mode === 'HMAC') return signByHmac(request, secret, call.nowMs)
  signByMd5(request, secret, call.nowMs)
  return []
}

const requireHost = ({ binding }: BoundCredential, origin: string): void => {
  if (!binding.hosts.split(',').includes(origin)) throw new CredentialHostError(binding.scheme, origin)
}

const tokenRequest = (
  one: BoundCredential,
  { name, scheme, operation }: NamedScheme & { operation: ToolOperation },
  secret: Extract<Secret, { kind: 'oauth2' }>,
): TokenRequest => {
  const tokenUrl = tokenUrlOf(scheme, secret)
  if (tokenUrl === undefined) throw new CredentialKindError(name, 'nothing tells where tokens are given')
  requireHost(one, new URL(tokenUrl).origin)
  const scopes = secret.scopes ?? operation.security.flatMap((alternative) => alternative[name] ?? [])
  const key = `${one.credential.credentialId} ${one.credential.updatedAt.getTime()}`
  return { key, tokenUrl, secret, scopes: [...new Set(scopes)].sort() }
}

/** The credential's own address, or that of the scheme's client credentials flow. */
export const tokenUrlOf = (
  scheme: Json,
  secret: Pick<Extract<Secret, { kind: 'oauth2' }>, 'tokenUrl'>,
): string | undefined => {
  const told = secret.tokenUrl ?? textOf(objectOf(objectOf(scheme.flows).clientCredentials).tokenUrl)
  return URL.parse(told) ? told : undefined
}
